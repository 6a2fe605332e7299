/**
 * A load plan: what a table's contract asks of an engine, in that engine's SQL. Whoever runs it decides nothing any
 * more; it needs the header of each file and the plan, and that is all.
 */

import { evolvedColumn } from '../contracts/drift/evolve.ts';
import { DEFAULT_POLICY, type DriftPolicy } from '../contracts/drift/types.ts';
import type { FileFormat, LoadMode, Overlap, TableContract } from '../contracts/types.ts';
import type { Engine } from './dialect.ts';
import { judgesFor, type PlannedColumn, planColumn } from './planned-column.ts';

export interface LoadPlan {
  readonly dataset: string;
  readonly schema: string;
  readonly table: string;
  readonly engine: Engine;
  readonly format: FileFormat;
  readonly load: LoadMode;
  readonly key: readonly string[];
  /** Load append: the columns by which rows are equal; empty otherwise. */
  readonly identity: readonly string[];
  readonly overlap: Overlap;
  /** Columns, and `year(…)`, `month(…)` or `day(…)` of one, by which the clean table's files are split where they are. */
  readonly partitionBy: readonly string[];
  readonly maxBadShare: number;
  readonly policy: DriftPolicy;
  readonly columns: readonly PlannedColumn[];
  /** Columns of files whose values are kept beside the clean table. */
  readonly aside: readonly PlannedColumn[];
  /** Some column has `protect`. */
  readonly isProtected: boolean;
  /** Some column is protected under a key, without which nothing loads. */
  readonly isKeyed: boolean;
  /** All that decides what a file becomes, as text: where it changes, files load again. */
  readonly fingerprint: string;
}

/** Every column that is read of a file. */
export function readColumns({ columns, aside }: Pick<LoadPlan, 'columns' | 'aside'>): readonly PlannedColumn[] {
  return aside.length === 0 ? columns : [...columns, ...aside];
}

/**
 * Columns whose texts may be of another type, with the reason that is told then. Of a protected value nothing is kept, not
 * even what it looks like; and a value that the file's name gives refuses the file.
 */
export function typedColumns({
  columns,
}: Pick<LoadPlan, 'columns'>): { readonly name: string; readonly reason: string }[] {
  return columns.flatMap(({ name, header, mistyped, protect }) =>
    mistyped === undefined || protect !== undefined || header === null ? [] : [{ name, reason: mistyped }],
  );
}

/** Bump it when the same contract starts to mean something else for data already loaded. */
const PLAN_VERSION = 2;

/** @param aside names of columns whose values are kept beside the clean table */
export function planLoad(
  contract: { readonly dataset: string; readonly schema: string; readonly drift?: DriftPolicy },
  table: TableContract,
  engine: Engine,
  aside: readonly string[] = [],
): LoadPlan {
  const columns = table.columns.map((column, index) => {
    const isJudged = table.columns.slice(0, index).some((earlier) => judgesFor(earlier, column));
    return planColumn(column, { engine, format: table.format, isJudged });
  });
  return {
    dataset: contract.dataset,
    schema: contract.schema,
    table: table.name,
    engine,
    format: table.format,
    load: table.load,
    key: table.primaryKey,
    identity: table.identity,
    overlap: table.overlap,
    partitionBy: table.partitionBy,
    maxBadShare: table.maxBadShare,
    policy: contract.drift ?? DEFAULT_POLICY,
    columns,
    aside: aside.map((name) => planColumn(evolvedColumn(name), { engine, format: table.format, isJudged: false })),
    isProtected: columns.some(({ protect }) => protect !== undefined),
    isKeyed: columns.some(({ protect }) => protect === 'hmac'),
    fingerprint: fingerprint(table),
  };
}

/**
 * All of a table's contract that decides what a file becomes, as text. Descriptions and units are left out: a better
 * sentence must not reload a lake.
 */
export function fingerprint(table: TableContract): string {
  // Nor must a column that came with one file reload the others.
  const own = table.columns.filter(({ evolved }) => evolved !== true);
  const columns = own.map(({ description: _description, unit: _unit, ...rest }) => rest);
  const { format, load, primaryKey, maxBadShare, identity, overlap } = table;
  const appended = load === 'append' ? { identity, overlap } : {};
  // Of what was loaded before there were other formats nothing says that it is CSV.
  const written = format === 'csv' ? {} : { format };
  return JSON.stringify({ version: PLAN_VERSION, ...written, load, primaryKey, maxBadShare, ...appended, columns });
}
