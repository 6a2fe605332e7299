/**
 * Random sequences of what happens to a feed, for each load mode: drops, repeats, overlaps, corrections, late and removed
 * files, files of other columns, contract changes and killed loads; and what holds after any of them.
 */

import { expect } from '@jest/globals';
import fc from 'fast-check';
import type { DriftPolicy } from '../../core/contracts/drift/types.ts';
import type { Contract, LoadMode } from '../../core/contracts/types.ts';
import type { Model } from '../../core/models/types.ts';
import { aModel } from '../core/models/graph-models.ts';
import { column, contractOf, incrementalModel, table } from './contracts.ts';
import { type LakeOptions, TestLake } from './lake.ts';
import {
  aside,
  EXTRAS,
  isRetyped,
  type Mode,
  type Row,
  type Shape,
  standing,
  textOf,
  type Version,
} from './load-rules.ts';

const FILES = ['a', 'b', 'c'] as const;

/** Values are few, so that files share keys and rows repeat. `x` is no number, so its row is refused. */
const row: fc.Arbitrary<Row> = fc.record({
  id: fc.constantFrom('1', '2', 'x'),
  day: fc.constantFrom('2020-01-01', '2020-01-02'),
  item: fc.constantFrom('p', 'q', ''),
  amount: fc.constantFrom('1', '2', '', '90'),
  extra: fc.constantFrom('m', 'n', ''),
});
/** Three of four files are as the contract says. */
const shape: fc.Arbitrary<Shape> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ extra: null, hasItem: true, isReversed: false }) },
  {
    weight: 1,
    arbitrary: fc.record({
      extra: fc.constantFrom(null, ...(Object.keys(EXTRAS) as (keyof typeof EXTRAS)[])),
      hasItem: fc.boolean(),
      isReversed: fc.boolean(),
    }),
  },
);
export const policy = fc.constantFrom<DriftPolicy>('evolve', 'quarantine', 'freeze');
/** Now and then as many bad rows as tell of another type, or one less. */
const retyped = fc.array(
  row.map((one) => ({ ...one, id: 'x' })),
  { minLength: 9, maxLength: 11 },
);
const rows = fc.oneof({ weight: 9, arbitrary: fc.array(row, { maxLength: 7 }) }, { weight: 1, arbitrary: retyped });
const file = fc.constantFrom(...FILES);

export const operation = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('drop' as const), file, rows, shape, late: fc.boolean() }) },
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
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('policy' as const), policy }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill' as const), after: fc.nat(40) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('load' as const) }) },
);
export type Operation = typeof operation extends fc.Arbitrary<infer One> ? One : never;

const nameOf = (name: string) => (name.endsWith('.gz') ? `sales/${name.slice(0, -3)}.csv.gz` : `sales/${name}.csv`);

function contractFor(mode: Mode, most: number, drift: DriftPolicy): Contract {
  const load: LoadMode = mode === 'append without overlap' ? 'append' : mode;
  const contract = contractOf(
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
  return { ...contract, drift };
}

const COUNTS = 'count(*) AS n, count(amount) AS amounts, CAST(sum(amount) AS bigint) AS total';
export const MODELS: readonly Model[] = [
  // An item may be null.
  incrementalModel('by_item', ['item'], `SELECT item, ${COUNTS} FROM shop.sales GROUP BY item`),
  // Its columns follow the table's.
  { ...aModel('shop.all_of_it', 'full'), sql: 'SELECT * FROM shop.sales' },
  incrementalModel('by_both', ['id', 'item'], `SELECT id, item, ${COUNTS} FROM shop.sales GROUP BY id, item`),
];

interface Landed {
  readonly rows: readonly Row[];
  readonly shape: Shape;
  readonly at: number;
}

const AS_AGREED: Shape = { extra: null, hasItem: true, isReversed: false };

/** What has landed, what loads have seen of it, and the lake itself. */
class Feed {
  readonly seen = new Map<string, Version>();
  readonly mode: Mode;
  readonly lake: TestLake;
  most = 100;
  policy: DriftPolicy;
  /** Headers whose columns the table has got, for good. */
  readonly learnt = new Set<keyof typeof EXTRAS>();
  /** Whether the last load was cut short: its rows may be there, and models wait for the next. */
  interrupted = false;
  /** Each file's last version, refused or not, as it arrived. */
  private readonly latest = new Map<string, { text: string; at: number }>();
  private readonly landed = new Map<string, Landed>();
  private clock = Date.UTC(2021, 0, 1);

  constructor(lake: TestLake, mode: Mode, first: DriftPolicy) {
    this.policy = first;
    this.lake = lake;
    this.mode = mode;
  }

  async perform(one: Operation): Promise<void> {
    const rowsOf = (name: string) => this.landed.get(name)?.rows ?? [];
    const shapeOf = (name: string) => this.landed.get(name)?.shape ?? AS_AGREED;
    if (one.kind === 'drop') this.drop(one.file, one.rows, one.shape, one.late);
    else if (one.kind === 'repeat') this.drop(one.file, rowsOf(one.file), shapeOf(one.file), false);
    else if (one.kind === 'copy') this.drop(one.as, rowsOf(one.file), shapeOf(one.file), false);
    else if (one.kind === 'overlap') {
      this.drop(one.file, [...rowsOf(one.from).slice(1), ...one.rows], shapeOf(one.from), false);
    } else if (one.kind === 'correct') this.correct(one.file, one.at, one.row, one.late);
    else if (one.kind === 'contract') this.most = one.most;
    else if (one.kind === 'policy') this.policy = one.policy;
    else if (one.kind === 'kill') await this.load(one.after);
    else if (one.kind === 'load') await this.load();
    else if (this.landed.delete(one.file)) this.lake.remove(nameOf(one.file));
  }

  /** A load that is interrupted has either done all of its work or none. */
  async load(interruptedAfter?: number): Promise<void> {
    const contract = contractFor(this.mode, this.most, this.policy);
    const before = await this.lake.rows('SELECT coalesce(max(load_id), 0) AS last FROM ops.loads').catch(() => []);
    this.interrupted = interruptedAfter !== undefined && (await this.lake.interrupted(contract, interruptedAfter));
    if (interruptedAfter === undefined) await this.lake.load(contract);
    else if (this.interrupted) {
      const after = await this.lake.rows('SELECT coalesce(max(load_id), 0) AS last FROM ops.loads').catch(() => []);
      if (JSON.stringify(after) === JSON.stringify(before)) return;
    }
    const known = new Set(this.learnt);
    for (const { shape: own } of this.landed.values()) {
      if (this.policy === 'evolve' && own.extra !== null) this.learnt.add(own.extra);
    }
    for (const [name, { rows: all, shape: own, at: arrived }] of this.landed) {
      const text = textOf(all, own);
      const before = this.latest.get(name);
      const at = before?.text === text ? before.at : arrived;
      this.latest.set(name, { text, at });
      const isUnknown = own.extra !== null && !known.has(own.extra);
      if (this.policy === 'freeze' && (isUnknown || isRetyped(all))) continue;
      const isEvolved = own.extra !== null && this.learnt.has(own.extra);
      this.seen.set(name, { name: `shop/${nameOf(name)}`, rows: all, shape: own, at, most: this.most, isEvolved });
    }
  }

  /**
   * A removed file can't be loaded again by another contract: no fresh load could give what it left. Nor does a fresh load
   * know what was learnt under another policy.
   */
  get isRepeatable(): boolean {
    const all = [...this.seen.values()];
    if (this.policy === 'freeze' && all.some(({ rows, shape: own }) => own.extra !== null || isRetyped(rows)))
      return false;
    const isSame = ({ shape: own, isEvolved }: Version) =>
      own.extra === null || isEvolved === (this.policy === 'evolve');
    return all.every((version) => version.most === this.most && isSame(version));
  }

  private drop(name: string, all: readonly Row[], own: Shape, late: boolean): void {
    this.clock += 60_000;
    const at = late ? this.clock - Date.UTC(2021, 0, 1) + Date.UTC(2020, 0, 1) : this.clock;
    this.lake.drop(nameOf(name), textOf(all, own), at);
    this.landed.set(name, { rows: all, shape: own, at });
  }

  private correct(name: string, at: number, corrected: Row, late: boolean): void {
    const before = this.landed.get(name);
    if (before === undefined || before.rows.length === 0) return;
    this.drop(name, before.rows.with(at % before.rows.length, corrected), before.shape, late);
  }
}

/** A column that no file brought is as good as one of nulls. */
async function clean(lake: TestLake, more = ''): Promise<string> {
  const found = await lake.rows<{ name: string }>(`SELECT column_name AS name FROM duckdb_columns()
    WHERE schema_name = 'shop' AND table_name = 'sales'`);
  const extras = Object.values(EXTRAS).map((name) =>
    found.some((one) => one.name === name) ? name : `NULL AS ${name}`,
  );
  return `SELECT id, day, item, amount, ${extras.join(', ')}${more} FROM shop.sales ORDER BY ALL`;
}
const LINEAGE = ', _source_file, _row_number';
/** Of a version of a file each finding is recorded once. */
const REPEATED = `SELECT drift.source_file, content_hash, kind, column_name FROM ops.drift JOIN ops.loads USING (load_id)
  GROUP BY ALL HAVING count(*) > 1`;
const UNBALANCED = `SELECT * FROM ops.loads WHERE rows_read <> rows_loaded + rows_duplicate + rows_quarantined
  OR rows_quarantined <> (SELECT count(DISTINCT row_number) FROM ops.quarantine WHERE quarantine.load_id = loads.load_id)`;

async function holds({ lake, mode, seen, interrupted }: Feed): Promise<void> {
  const found = await lake.rows<Record<'id' | 'day' | 'item' | 'amount' | 'note' | 'unit_price', unknown>>(
    await clean(lake),
  );
  const shown = found.map(({ id, day, item, amount, note: one, unit_price }) =>
    JSON.stringify([id, day, item, amount, one, unit_price]),
  );
  expect(shown.sort()).toEqual(standing(mode, [...seen.values()]));
  const kept = await lake.rows<Record<'source_file' | 'row_number' | 'column_name' | 'value', string>>(
    'SELECT * FROM ops.drift_values',
  );
  expect(
    kept
      .map(({ source_file, row_number, column_name, value }) =>
        JSON.stringify([source_file, Number(row_number), column_name, value]),
      )
      .sort(),
  ).toEqual(aside([...seen.values()]));
  expect(await lake.rows(REPEATED)).toEqual([]);
  expect(await lake.rows(UNBALANCED)).toEqual([]);
  for (const { table: name, sql } of interrupted ? [] : lake.models) {
    expect(await lake.rows(`SELECT * FROM ${name} ORDER BY ALL`)).toEqual(
      await lake.rows(`SELECT * FROM (${sql}) ORDER BY ALL`),
    );
  }
}

async function equalsFreshLoad({ lake, mode, most, policy: today, seen }: Feed): Promise<void> {
  const fresh = await TestLake.open(contractFor(mode, most, today));
  try {
    for (const { name, rows: all, shape: own, at } of seen.values()) {
      fresh.drop(name.replace('shop/', ''), textOf(all, own), at);
    }
    await fresh.load();
    expect(await lake.rows(await clean(lake, LINEAGE))).toEqual(await fresh.rows(await clean(fresh, LINEAGE)));
  } finally {
    fresh.close();
  }
}

/**
 * Plays a sequence on a lake of its own, and holds it against the rule after each load, and against a fresh load of a
 * laptop's at the end.
 */
export async function play(
  mode: Mode,
  first: DriftPolicy,
  operations: readonly Operation[],
  { models, ...options }: LakeOptions & { readonly models: readonly Model[] },
): Promise<void> {
  const lake = await TestLake.open(contractFor(mode, 100, first), options);
  lake.models = models;
  const feed = new Feed(lake, mode, first);
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
