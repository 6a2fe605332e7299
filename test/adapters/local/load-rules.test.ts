/**
 * The promises of a load, held by random sequences for each load mode: after any drops, repeats, overlaps, corrections,
 * late and removed files, contract changes and killed loads, the clean table equals a fresh load, the books balance, both
 * equal what a few lines of TypeScript say that the rule means, and models that follow row by row equal full ones.
 */

import { afterAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Contract, LoadMode } from '../../../core/contracts/types.ts';
import { column, contractOf, incrementalModel, TestLake, table } from '../../support/lake.ts';
import { MODES, type Mode, type Row, standing, type Version } from '../../support/load-rules.ts';

const RUNS = 100 * Number(process.env['LANDFALL_PROPERTY_FACTOR'] ?? 1);
const FILES = ['a', 'b', 'c'] as const;
const HEADER = 'id,day,item,amount\n';

/** Values are few, so that files share keys and rows repeat. `x` is no number, so its row is refused. */
const row: fc.Arbitrary<Row> = fc.record({
  id: fc.constantFrom('1', '2', 'x'),
  day: fc.constantFrom('2020-01-01', '2020-01-02'),
  item: fc.constantFrom('p', 'q', ''),
  amount: fc.constantFrom('1', '2', '', '90'),
});
const rows = fc.array(row, { maxLength: 7 });
const file = fc.constantFrom(...FILES);

const operation = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('drop' as const), file, rows, late: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('repeat' as const), file }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('copy' as const), file, as: fc.constantFrom('d', 'e', 'f.gz') }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('overlap' as const), file, from: file, rows }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('correct' as const), file, at: fc.nat(6), row, late: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), file }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('contract' as const), most: fc.constantFrom(50, 100) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill' as const), after: fc.nat(40) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('load' as const) }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer One> ? One : never;

const text = (all: readonly Row[]) =>
  HEADER + all.map(({ id, day, item, amount }) => `${id},${day},${item},${amount}\n`).join('');
const nameOf = (name: string) => (name.endsWith('.gz') ? `sales/${name.slice(0, -3)}.csv.gz` : `sales/${name}.csv`);

function contractFor(mode: Mode, most: number): Contract {
  const load: LoadMode = mode === 'append without overlap' ? 'append' : mode;
  return contractOf(
    table(
      'sales',
      [
        column('id', 'integer', { required: true }),
        column('day', 'date', { required: true }),
        column('item', 'string'),
        column('amount', 'double', { maximum: most }),
      ],
      {
        load,
        primaryKey: load === 'merge' ? ['id', 'day'] : [],
        identity: load === 'append' ? ['id', 'day', 'item', 'amount'] : [],
        overlap: mode === 'append without overlap' ? 'none' : 'ordinal',
      },
    ),
  );
}

const COUNTS = 'count(*) AS n, count(amount) AS amounts, CAST(sum(amount) AS bigint) AS total';
const MODELS = [
  // An item may be null.
  incrementalModel('by_item', ['item'], `SELECT item, ${COUNTS} FROM shop.sales GROUP BY item`),
  incrementalModel('by_both', ['id', 'item'], `SELECT id, item, ${COUNTS} FROM shop.sales GROUP BY id, item`),
];

interface Landed {
  readonly rows: readonly Row[];
  readonly at: number;
}

/** What has landed, what loads have seen of it, and the lake itself. */
class Feed {
  readonly seen = new Map<string, Version>();
  readonly mode: Mode;
  readonly lake: TestLake;
  most = 100;
  /** Whether the last load was cut short: its rows may be there, and models wait for the next. */
  interrupted = false;
  private readonly landed = new Map<string, Landed>();
  private clock = Date.UTC(2021, 0, 1);

  constructor(lake: TestLake, mode: Mode) {
    this.lake = lake;
    this.mode = mode;
  }

  async perform(one: Operation): Promise<void> {
    const rowsOf = (name: string) => this.landed.get(name)?.rows ?? [];
    if (one.kind === 'drop') this.drop(one.file, one.rows, one.late);
    else if (one.kind === 'repeat') this.drop(one.file, rowsOf(one.file), false);
    else if (one.kind === 'copy') this.drop(one.as, rowsOf(one.file), false);
    else if (one.kind === 'overlap') this.drop(one.file, [...rowsOf(one.from).slice(1), ...one.rows], false);
    else if (one.kind === 'correct') this.correct(one.file, one.at, one.row, one.late);
    else if (one.kind === 'contract') this.most = one.most;
    else if (one.kind === 'kill') await this.load(one.after);
    else if (one.kind === 'load') await this.load();
    else if (this.landed.delete(one.file)) this.lake.remove(nameOf(one.file));
  }

  /** A load that is interrupted has either done all of its work or none. */
  async load(interruptedAfter?: number): Promise<void> {
    const contract = contractFor(this.mode, this.most);
    const before = await this.lake.rows('SELECT coalesce(max(load_id), 0) AS last FROM ops.loads').catch(() => []);
    this.interrupted = interruptedAfter !== undefined && (await this.lake.interrupted(contract, interruptedAfter));
    if (interruptedAfter === undefined) await this.lake.load(contract);
    else if (this.interrupted) {
      const after = await this.lake.rows('SELECT coalesce(max(load_id), 0) AS last FROM ops.loads').catch(() => []);
      if (JSON.stringify(after) === JSON.stringify(before)) return;
    }
    for (const [name, { rows: all, at }] of this.landed) {
      const known = this.seen.get(name);
      const same = known !== undefined && text(known.rows) === text(all);
      this.seen.set(name, { name: `shop/${nameOf(name)}`, rows: all, at: same ? known.at : at, most: this.most });
    }
  }

  /** A removed file can't be loaded again by another contract: no fresh load could give what it left. */
  get isRepeatable(): boolean {
    return [...this.seen.values()].every(({ most }) => most === this.most);
  }

  private drop(name: string, all: readonly Row[], late: boolean): void {
    this.clock += 60_000;
    const at = late ? this.clock - Date.UTC(2021, 0, 1) + Date.UTC(2020, 0, 1) : this.clock;
    this.lake.drop(nameOf(name), text(all), at);
    this.landed.set(name, { rows: all, at });
  }

  private correct(name: string, at: number, corrected: Row, late: boolean): void {
    const before = this.landed.get(name)?.rows ?? [];
    if (before.length > 0) this.drop(name, before.with(at % before.length, corrected), late);
  }
}

const CLEAN = 'SELECT id, day, item, amount FROM shop.sales';
const WITH_LINEAGE = `${CLEAN.replace('amount', 'amount, _source_file, _row_number')} ORDER BY ALL`;
const UNBALANCED = `SELECT * FROM ops.loads WHERE rows_read <> rows_loaded + rows_duplicate + rows_quarantined
  OR rows_quarantined <> (SELECT count(DISTINCT row_number) FROM ops.quarantine WHERE quarantine.load_id = loads.load_id)`;

async function holds({ lake, mode, seen, interrupted }: Feed): Promise<void> {
  const found = await lake.rows<{ id: number; day: string; item: string | null; amount: number | null }>(CLEAN);
  const shown = found.map(({ id, day, item, amount }) => JSON.stringify([id, day, item, amount])).sort();
  expect(shown).toEqual(standing(mode, [...seen.values()]));
  expect(await lake.rows(UNBALANCED)).toEqual([]);
  for (const { table: name, sql } of interrupted ? [] : MODELS) {
    expect(await lake.rows(`SELECT * FROM ${name} ORDER BY ALL`)).toEqual(
      await lake.rows(`SELECT * FROM (${sql}) ORDER BY ALL`),
    );
  }
}

async function equalsFreshLoad({ lake, mode, most, seen }: Feed): Promise<void> {
  const fresh = await TestLake.open(contractFor(mode, most));
  try {
    for (const { name, rows: all, at } of seen.values()) fresh.drop(name.replace('shop/', ''), text(all), at);
    await fresh.load();
    expect(await lake.rows(WITH_LINEAGE)).toEqual(await fresh.rows(WITH_LINEAGE));
  } finally {
    fresh.close();
  }
}

async function play(mode: Mode, operations: readonly Operation[]): Promise<void> {
  const lake = await TestLake.open(contractFor(mode, 100));
  lake.models = MODELS;
  const feed = new Feed(lake, mode);
  try {
    await feed.load();
    for (const one of operations) {
      await feed.perform(one);
      if (one.kind === 'load' || one.kind === 'kill') await holds(feed);
    }
    await feed.load();
    await holds(feed);
    if (feed.isRepeatable) await equalsFreshLoad(feed);
  } finally {
    lake.close();
  }
}

const counted = new Map<string, number>();
const note = (what: string) => counted.set(what, (counted.get(what) ?? 0) + 1);
afterAll(() => {
  if (process.env['LANDFALL_PROPERTY_FACTOR'] === undefined) return;
  const lines = [...counted].sort().map(([what, count]) => `${what}: ${count}`);
  process.stderr.write(`operations of the load rules' sequences\n${lines.join('\n')}\n`);
});

it.each(MODES)(
  '%s: after any sequence of operations, the table is what the rule says',
  async (mode) => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 8, maxLength: 16 }), async (operations) => {
        note(`${mode}, sequences`);
        for (const { kind } of operations) note(`${mode}, ${kind}`);
        await play(mode, operations);
      }),
      { numRuns: Math.ceil(RUNS / MODES.length) },
    );
  },
  600_000,
);
