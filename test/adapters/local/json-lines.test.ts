/** JSON lines: which lines are records, what their values are, and why the others wait in quarantine. */

import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Contract } from '../../../core/contracts/types.ts';
import type { Refusal } from '../../../core/ports.ts';
import { JSON_CORPUS } from '../../engines/corpus/json-contract.ts';
import { JSON_RECORDS } from '../../engines/corpus/json-records.ts';
import { JSON_VALUES } from '../../engines/corpus/json-values.ts';
import { oddLines } from '../../engines/corpus/odd-lines.ts';
import { expectedCounts, expectedOutcome, outcomeOf } from '../../engines/corpus/outcome.ts';
import { column, contractOf, table } from '../../support/contracts.ts';
import { TestLake } from '../../support/lake.ts';
import { ROOMS, room } from '../../support/rooms.ts';

const JSON_CASES = [...JSON_RECORDS, ...JSON_VALUES];

describe('the corpus', () => {
  let corpus: TestLake;
  beforeAll(async () => {
    corpus = await TestLake.open(JSON_CORPUS);
    for (const { name, content, packed } of JSON_CASES) corpus.drop(`${name}.ndjson${packed ? '.gz' : ''}`, content);
    refusals = (await corpus.load()).refusals;
  });
  afterAll(() => corpus.close());
  let refusals: readonly Refusal[] = [];

  it.each(JSON_CASES)('$name', async (one) => {
    const { name, packed, refused } = one;
    const file = `json-corpus/${name}.ndjson${packed ? '.gz' : ''}`;
    const rows = await corpus.rows('SELECT * FROM json_corpus.items');
    const failed = await corpus.rows('SELECT * FROM ops.quarantine');
    expect(outcomeOf(file, rows, failed)).toEqual(expectedOutcome(one));
    expect(refusals.find(({ file: { key } }) => key === file)?.problem.message).toBe(refused);
    if (refused !== undefined) return;
    const loads = await corpus.rows<Record<string, unknown>>('SELECT * FROM ops.loads');
    const counts = Object.entries(expectedCounts(one)).map(([name, count]) => [name, String(count)]);
    expect(loads.find(({ source_file }) => source_file === file)).toMatchObject({
      status: 'loaded',
      ...Object.fromEntries(counts),
    });
  });
});

let lake: TestLake;
const open = async (contract: Contract) => {
  lake?.close();
  lake = await TestLake.open(contract);
};
beforeEach(async () => {
  lake = await TestLake.open(ROOMS);
});
afterEach(() => lake.close());

const RUNS = 20 * Number(process.env['LANDFALL_PROPERTY_FACTOR'] ?? 1);
const NO_OBJECT = 'not a JSON object';
const clean = (columns = '* EXCLUDE (_load_id)') => lake.rows(`SELECT ${columns} FROM shop.rooms ORDER BY _row_number`);
const failing = () =>
  lake.rows('SELECT row_number, column_name, reason FROM ops.quarantine ORDER BY row_number, column_name');

it('loads a value by its path, counts lists, and takes what is missing, null or empty for null', async () => {
  const people = ['a', 'b', { c: [1, 2] }];
  lake.drop(
    'rooms/1.ndjson',
    room({ id: 'r1', floor: -2, size: { area: 12.5 }, open: true, name: 'The "Blue"\nroom', people }, { uri: '/r1' }) +
      room({ id: 2, name: 'n/a', people: [], open: 'FALSE', size: {} }) +
      room({ id: 'r3', floor: null, size: null, name: '', people: null, other: [{}] }),
  );
  expect(await lake.load()).toMatchObject({ tables: [{ rows_read: 3, rows_loaded: 3, rows_quarantined: 0 }] });
  const lineage = { _source_file: 'shop/rooms/1.ndjson' };
  const nothing = { floor: null, area: null, is_open: null, name: null, people: null, uri: null };
  expect(await clean()).toEqual([
    {
      ...{ room_id: 'r1', floor: -2, area: 12.5, is_open: true, name: 'The "Blue"\nroom', people: 3, uri: '/r1' },
      ...{ ...lineage, _row_number: 1 },
    },
    { ...nothing, room_id: '2', is_open: false, people: 0, ...lineage, _row_number: 2 },
    { ...nothing, room_id: 'r3', ...lineage, _row_number: 3 },
  ]);
  expect(await lake.rows('SELECT header FROM storage.headers')).toEqual([
    {
      header: JSON.stringify(
        ['id', 'floor', 'size.area', 'open', 'name', 'people'].map((n) => `data.${n}`).concat('uri'),
      ),
    },
  ]);
});

it('numbers records, not lines, and takes any line end', async () => {
  const lines = ['', room({ id: 'a' }).trim(), ' \t', 'no', '', room({ id: 'b' }).trim()];
  lake.drop('rooms/1.ndjson', `\ufeff${room({ id: 'bom' })}${lines.join('\r\n')}`);
  lake.drop('rooms/2.ndjson.gz', gzipSync(lines.join('\r')));
  expect(await lake.load()).toMatchObject({ tables: [{ rows_read: 7, rows_loaded: 3, rows_duplicate: 2 }] });
  expect(await clean('room_id, _row_number')).toEqual([
    { room_id: 'bom', _row_number: 1 },
    { room_id: 'a', _row_number: 2 },
    { room_id: 'b', _row_number: 4 },
  ]);
  expect(await failing()).toEqual([
    { row_number: '2', column_name: null, reason: NO_OBJECT },
    { row_number: '3', column_name: null, reason: NO_OBJECT },
  ]);
});

it('reads a file with a damaged line as one without, but for that line', async () => {
  const lines = [...oddLines(300), '', ' ', room({ id: 'last' }).trim(), '\t'];
  const damaged = Buffer.from('{"data":{"id":"\xe9"}}', 'latin1');
  const found: unknown[] = [];
  for (const end of ['\n', '\r\n']) {
    for (const last of [Buffer.alloc(0), damaged]) {
      await open(ROOMS);
      lake.drop('rooms/1.ndjson', Buffer.concat([Buffer.from(lines.map((line) => line + end).join('')), last]));
      await lake.load();
      const bad = await lake.rows(`SELECT row_number, column_name, reason, raw_row FROM ops.quarantine
        WHERE reason <> 'not UTF-8 text' ORDER BY ALL`);
      found.push([await clean(), bad]);
      expect(await lake.rows("SELECT 1 FROM ops.quarantine WHERE reason = 'not UTF-8 text'")).toHaveLength(
        last.length === 0 ? 0 : 1,
      );
    }
  }
  expect(found).toEqual(Array(4).fill(found[0]));
  expect(await clean('room_id')).toEqual([{ room_id: 'last' }]);
});

it('gives the values that JSON.parse gives, of any objects', async () => {
  const key = fc.oneof(fc.constantFrom('note', 'big', 'a', 'b', '__proto__'), fc.string({ unit: 'grapheme' }));
  const { value: any } = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 3, withCrossShrink: true }, tie('scalar'), tie('list'), tie('object')),
    scalar: fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'binary-ascii' }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.constant(null),
    ),
    list: fc.array(tie('value'), { maxLength: 4 }),
    object: fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  }));
  const member = (arbitrary: fc.Arbitrary<unknown>) =>
    fc.oneof({ weight: 3, arbitrary }, { weight: 1, arbitrary: any });
  const record = fc.record(
    {
      more: fc.dictionary(key, any, { maxKeys: 3, noNullPrototype: true }),
      note: member(fc.string({ unit: 'grapheme' })),
      amount: member(fc.double({ noNaN: true, noDefaultInfinity: true })),
      on: member(fc.boolean()),
      things: member(fc.array(any, { maxLength: 5 })),
      in: member(fc.record({ a: fc.record({ b: member(fc.string({ unit: 'grapheme' })) }) })),
    },
    { requiredKeys: ['more'] },
  );
  const columns = [
    column('id', 'integer'),
    column('note', 'string'),
    column('amount', 'double'),
    column('is_on', 'boolean', { source: { kind: 'header', name: 'on' } }),
    column('things', 'integer', { parse: { kind: 'count' } }),
    column('inner', 'string', { source: { kind: 'header', name: 'in.a.b' } }),
  ];
  await open(
    contractOf(table('any', columns, { landing: '*.ndjson', format: 'ndjson', load: 'replace', primaryKey: ['id'] })),
  );
  let drops = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 20 }), fc.boolean(), async (records, ascii) => {
      const lines = records.map(({ more, ...own }, id) => JSON.stringify({ ...more, ...own, id }));
      const escaped = (line: string) =>
        ascii ? line.replaceAll(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`) : line;
      drops += 1;
      lake.drop(`${drops}.ndjson`, lines.map((line) => `${escaped(line)}\n`).join(''));
      await lake.load();
      const found = await lake.rows('SELECT * EXCLUDE (_load_id, _source_file) FROM shop.any ORDER BY id');
      expect(found).toEqual(lines.flatMap((line, index) => expectedRow(JSON.parse(line), index + 1) ?? []));
    }),
    { numRuns: RUNS },
  );
}, 120_000);

/** The row of an object of the property above; null where one of its values is none of the column's. */
function expectedRow(record: Record<string, unknown>, number: number): Record<string, unknown> | null {
  const own = (value: unknown, name: string) =>
    Object.hasOwn(value as object, name) ? Reflect.get(value as object, name) : null;
  const within = (value: unknown): value is object => typeof value === 'object' && !Array.isArray(value);
  let inner = own(record, 'in');
  for (const name of ['a', 'b']) {
    if (!within(inner)) return null;
    inner = inner === null ? null : own(inner, name);
  }
  const texts = [own(record, 'note'), own(record, 'amount'), own(record, 'on'), inner];
  if (texts.some((value) => typeof value === 'object' && value !== null)) return null;
  if (texts.some((value) => String(value).includes('\0'))) return null;
  const [note, amount, on, innermost] = texts.map((value) => (value === null || value === '' ? null : String(value)));
  const things = own(record, 'things');
  if (!(things === null || things === '' || Array.isArray(things))) return null;
  if (amount !== null && !/^[\t-\r ]*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?[\t-\r ]*$/.test(amount ?? ''))
    return null;
  if (on !== null && !/^(true|false)$/i.test(on ?? '')) return null;
  return {
    ...{ id: record['id'], note, amount: amount === null ? null : Number(amount) },
    ...{ is_on: on === null ? null : on?.toLowerCase() === 'true', things: things ? things.length : null },
    ...{ inner: innermost, _row_number: number },
  };
}
