/** What every warehouse does, wherever it is: the same sentences for the laptop's adapter and for AWS's. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../adapters/duckdb/database.ts';
import type { Warehouse } from '../../core/ports.ts';
import type { Value } from '../../core/tabular.ts';
import type {
  Exported,
  Publication,
  PublishMode,
  WarehouseColumn,
  WarehouseTable,
} from '../../core/warehouse/types.ts';

export interface WarehouseBench {
  /** A publisher like that of another run. */
  open(): Promise<Warehouse & { close?(): Promise<void> }>;
  /** Puts what a SELECT of DuckDB gives to where this warehouse fetches it. */
  put(lake: Database, select: string): Promise<string>;
  /** As the BI reader sees it; dates, times and decimals as text. */
  read(sql: string): Promise<readonly (readonly Value[])[]>;
  close(): Promise<void>;
}

const SALES: readonly WarehouseColumn[] = [
  { name: 'id', type: 'bigint' },
  { name: 'day', type: 'date' },
  { name: 'at', type: 'timestamp' },
  { name: 'price', type: 'decimal(10,2)' },
  { name: 'share', type: 'double' },
  { name: 'note', type: 'string' },
  { name: 'paid', type: 'boolean' },
  { name: 'items', type: 'integer' },
];
const DUCKDB =
  'id BIGINT, "day" DATE, "at" TIMESTAMP, price DECIMAL(10,2), share DOUBLE, note VARCHAR, paid BOOLEAN, items INTEGER';

export function warehouseContract(make: (folder: string) => Promise<WarehouseBench>): void {
  let folder: string;
  let bench: WarehouseBench;
  let lake: Database;
  let versions = 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'landfall-warehouse-'));
    bench = await make(folder);
    lake = await Database.open({ file: null, readOnly: false, spill: null });
  });
  afterAll(async () => {
    lake?.close();
    await bench?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const tableOf = (name: string): WarehouseTable => ({
    dataset: 'tea-shop',
    schema: 'tea_shop',
    name,
    table: `tea_shop.${name}`,
    description: "What the shop's\ntill \\ says",
    key: ['id'],
    comments: { note: 'What was said (100 %, "so")' },
    layout: { distkey: 'id', sortkey: 'day' },
  });

  interface Given {
    readonly mode?: PublishMode;
    /** Of DuckDB; null where there is nothing to fetch. */
    readonly rows?: string | null;
    readonly keys?: string;
    readonly columns?: readonly WarehouseColumn[];
  }

  /** A table of rows `(id, note)` as they are given, or of a whole SELECT. */
  function publication(
    name: string,
    { mode = { kind: 'create' }, rows = null, keys, columns = SALES }: Given,
  ): Publication {
    versions += 1;
    return {
      table: tableOf(name),
      columns,
      mode,
      version: `v${versions}`,
      definition: columns === SALES ? 'd1' : 'd2',
      rows: async (): Promise<Exported> => ({
        rows: rows === null ? null : await bench.put(lake, rows),
        keys: keys === undefined ? null : await bench.put(lake, keys),
      }),
    };
  }

  async function publish(publications: readonly Publication[], drops: readonly string[] = []): Promise<void> {
    const warehouse = await bench.open();
    try {
      await warehouse.publish(publications, drops);
    } finally {
      await warehouse.close?.();
    }
  }

  async function published() {
    const warehouse = await bench.open();
    const found = await warehouse.published();
    await warehouse.close?.();
    return found;
  }

  const some = (...rows: readonly [id: number | null, note: string | null][]) => {
    const values = rows.map(([id, note]) => `(${id ?? 'NULL'}, ${note === null ? 'NULL' : `'${note}'`})`);
    const none = SALES.filter(({ name }) => name !== 'id' && name !== 'note').map(({ name }) => `NULL AS "${name}"`);
    const all = `SELECT id, note, ${none.join(', ')} FROM (VALUES ${values.join(', ')}) AS given(id, note)`;
    const cast = SALES.map(
      ({ name, type }) => `CAST("${name}" AS ${type === 'string' ? 'varchar' : type}) AS "${name}"`,
    );
    return `SELECT ${cast.join(', ')} FROM (${all})`;
  };
  const notes = (name: string) =>
    bench.read(`SELECT id, note FROM tea_shop.${name} ORDER BY id NULLS LAST, note NULLS LAST`);

  describe('a table', () => {
    it('has every kind of value, the awkward ones too', async () => {
      await lake.run(`CREATE TABLE sales (${DUCKDB}); INSERT INTO sales VALUES
        (9007199254740993, '2020-02-29', '2020-01-01 10:00:00.123456', 12345678.90, 0.1 + 0.2, 'plain', true, 1),
        (-1, '1970-01-01', '2262-01-01 23:59:59', -0.01, 5e-300, 'a "quoted", and', false, -2147483648),
        (2, NULL, NULL, NULL, 1.7976931348623157e308, 'two' || chr(13) || chr(10) || 'lines', NULL, NULL),
        (3, NULL, NULL, NULL, -1e-7, '', NULL, NULL), (4, NULL, NULL, NULL, 1e22, NULL, NULL, NULL),
        (5, NULL, NULL, NULL, 123456789012345680, '\\N', NULL, NULL), (6, NULL, NULL, NULL, NULL, 'back\\slash\\', NULL, 0),
        (7, NULL, NULL, NULL, NULL, '  spaces ', NULL, NULL), (8, NULL, NULL, NULL, NULL, 'żółć 学校 🙂', NULL, NULL),
        (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`);
      await publish([publication('values', { rows: 'SELECT * FROM sales' })]);
      const asText = (double: string) =>
        `SELECT CAST(id AS varchar(30)), CAST("day" AS varchar(10)), CAST("at" AS varchar(30)), CAST(price AS varchar(20)),
          ${double} AS share, note, note IS NULL AS nothing, paid, items FROM`;
      const order = 'ORDER BY 1 NULLS LAST';
      const theirs = await bench.read(`${asText('share')} tea_shop."values" ${order}`);
      const ours = await lake.rows(`${asText('share')} sales ${order}`);
      expect(theirs).toEqual(ours.map((row) => Object.values(row as object)));
      expect(theirs).toHaveLength(10);
    });

    it('is replaced, and only its rows change', async () => {
      await publish([publication('replaced', { rows: some([1, 'one'], [2, 'two']) })]);
      const of = "SELECT CAST(oid AS bigint) FROM pg_class WHERE relname = 'replaced'";
      const before = await bench.read(of);
      await publish([publication('replaced', { mode: { kind: 'replace' }, rows: some([2, 'new'], [3, null]) })]);
      expect(await notes('replaced')).toEqual([
        [2, 'new'],
        [3, null],
      ]);
      expect(await bench.read(of)).toEqual(before);
    });

    it('gets the rows of changed values, absent and empty ones too, and keeps all others', async () => {
      await publish([publication('changed', { rows: some([1, 'x'], [2, 'x '], [3, null], [null, 'no id']) })]);
      const since = async () => (await published()).get('tea_shop.changed')?.version ?? '';
      const byId: PublishMode = { kind: 'rows', by: ['id'], since: await since() };
      const ids = 'SELECT CAST(id AS bigint) AS id FROM (VALUES (1), (NULL), (77)) AS gone(id)';
      await publish([publication('changed', { mode: byId, rows: some([null, 'changed'], [1, 'y']), keys: ids })]);
      expect(await notes('changed')).toEqual([
        [1, 'y'],
        [2, 'x '],
        [3, null],
        [null, 'changed'],
      ]);
      const byNote: PublishMode = { kind: 'rows', by: ['note'], since: await since() };
      await publish([
        publication('changed', { mode: byNote, keys: "SELECT note FROM (VALUES ('x'), (NULL)) AS gone(note)" }),
      ]);
      expect(await notes('changed')).toEqual([
        [1, 'y'],
        [2, 'x '],
        [null, 'changed'],
      ]);
    });

    it('without a row is there, and is emptied', async () => {
      await publish([publication('empty', {})]);
      expect(await notes('empty')).toEqual([]);
      await publish([publication('empty', { mode: { kind: 'replace' }, rows: some([1, 'one']) })]);
      await publish([publication('empty', { mode: { kind: 'replace' } })]);
      expect(await notes('empty')).toEqual([]);
    });

    it('is made anew with other columns, and can be read then, too', async () => {
      await publish([publication('renewed', { rows: some([1, 'one']) })]);
      const columns: readonly WarehouseColumn[] = [{ name: 'only', type: 'string' }];
      await publish([publication('renewed', { columns, rows: "SELECT 'new' AS only" })]);
      expect(await bench.read('SELECT * FROM tea_shop.renewed')).toEqual([['new']]);
      expect((await published()).get('tea_shop.renewed')).toEqual({ version: `v${versions}`, definition: 'd2' });
    });

    it('says what people wrote of it', async () => {
      await publish([publication('described', {})]);
      const said = await bench.read(`SELECT objsubid, description FROM pg_description
        JOIN pg_class ON pg_class.oid = objoid WHERE relname = 'described' ORDER BY objsubid`);
      expect(said).toEqual([
        [0, "What the shop's till ＼ says Key: id."],
        [6, 'What was said (100 %, "so")'],
      ]);
    });

    it('goes when it is dropped, with what the books say of it', async () => {
      await publish([publication('dropped', { rows: some([1, 'one']) })]);
      await publish([publication('stays', {})], ['tea_shop.dropped', 'tea_shop.never_there']);
      await expect(notes('dropped')).rejects.toThrow(/does not exist/);
      const books = await published();
      expect([books.has('tea_shop.dropped'), books.has('tea_shop.stays')]).toEqual([false, true]);
    });
  });

  describe('a publication', () => {
    it('that fails in the middle leaves all as it was', async () => {
      await publish([
        publication('sound', { rows: some([1, 'was']) }),
        publication('unsound', { rows: some([1, 'was']) }),
      ]);
      const before = await published();
      const sound = publication('sound', { mode: { kind: 'replace' }, rows: some([1, 'is']) });
      const broken = { ...publication('unsound', {}), rows: () => Promise.reject(new Error('the lake is away')) };
      await expect(publish([sound, broken], ['tea_shop.described'])).rejects.toThrow('the lake is away');
      // A text where a number belongs.
      const odd = publication('unsound', {
        mode: { kind: 'replace' },
        rows: some([1, 'x'])
          .replace(/AS bigint\)/, 'AS varchar)')
          .replace('(1,', "('x',"),
      });
      await expect(publish([sound, odd])).rejects.toThrow(/^tea_shop[.]unsound: /);
      expect(await published()).toEqual(before);
      expect([await notes('sound'), await notes('unsound')]).toEqual([[[1, 'was']], [[1, 'was']]]);
      await publish([publication('unsound', { mode: { kind: 'replace' }, rows: some([2, 'is']) })]);
      expect(await notes('unsound')).toEqual([[2, 'is']]);
    });

    it('and another at once both come to an end, and the books say whose rows there are', async () => {
      await publish([publication('raced', { rows: some([0, 'v0']) })]);
      const racers = [1, 2, 3].map((id) => {
        const mode: PublishMode = id === 3 ? { kind: 'create' } : { kind: 'replace' };
        return publication('raced', { mode, rows: some([id, 'row']) });
      });
      await Promise.all(racers.map((one) => publish([one])));
      const version = (await published()).get('tea_shop.raced')?.version;
      const ofBooks = racers.findIndex((one) => one.version === version) + 1;
      expect(await notes('raced')).toEqual([[ofBooks, 'row']]);
    });
  });

  describe('a reader', () => {
    it.each([
      ['INSERT INTO tea_shop.readable (id) VALUES (1)'],
      ['UPDATE tea_shop.readable SET id = 2'],
      ['DELETE FROM tea_shop.readable'],
      ['DROP TABLE tea_shop.readable'],
      ['CREATE TABLE tea_shop.mine (a integer)'],
      ['CREATE TABLE public.mine (a integer)'],
      ['CREATE SCHEMA mine'],
      ['SELECT * FROM landfall.published'],
      ['DELETE FROM landfall.published'],
    ])('can not %s', async (sql) => {
      await publish([publication('readable', { rows: some([1, 'one']) })]);
      await expect(bench.read(sql)).rejects.toThrow(
        /permission denied|must be owner|refused|expected a SELECT|read-only/i,
      );
      expect(await notes('readable')).toEqual([[1, 'one']]);
    });
  });
}
