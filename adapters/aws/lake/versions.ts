/**
 * The version of every table that people query, among the facts: whoever holds a copy of a version knows whether it is
 * still the table. It is written after the change itself; what a kill leaves out is made again, for a refresh that was
 * not told of is missing for the next run.
 */

import { createHash, randomUUID } from 'node:crypto';
import {
  type ChangedRows,
  changedTogether,
  changeKey,
  MOST_CHANGED,
  type RowChange,
} from '../../../core/models/changed-rows.ts';
import type { TableState } from '../../../core/ports.ts';
import { LandfallError } from '../../../core/problems.ts';
import type { WarehouseColumn } from '../../../core/warehouse/types.ts';
import type { LakeContext } from './context.ts';

export interface Known {
  readonly version: string;
  readonly columns: readonly WarehouseColumn[];
  readonly change: ({ readonly since: string } & RowChange) | null;
  /** Of a table behind a view: its name. */
  readonly place: string | null;
}

const VERSIONS = 'versions';
const CHANGES = 'changes';

/** Null where a table was never made. */
export async function known(context: LakeContext, table: string): Promise<Known | null> {
  return (await allKnown(context)).get(table) ?? null;
}

/** By table. */
export async function allKnown({ facts }: Pick<LakeContext, 'facts'>): Promise<ReadonlyMap<string, Known>> {
  return (await facts.all(VERSIONS)) as ReadonlyMap<string, Known>;
}

export async function tableStates(context: Pick<LakeContext, 'facts'>): Promise<ReadonlyMap<string, TableState>> {
  return new Map(
    [...(await allKnown(context))].map(([table, { version, columns, change }]) => [
      table,
      { version, columns, change: change === null ? null : { since: change.since, by: change.by } },
    ]),
  );
}

/**
 * Gives a table a new version.
 *
 * @param change where only rows of some values are others than in the version before
 * @param place what else is to be known of it, `version` where it has one already
 */
export async function renew(
  context: LakeContext,
  table: string,
  columns: readonly WarehouseColumn[],
  { version = newVersion(context, table), place = null, change }: Renewal = {},
): Promise<void> {
  const since = change === undefined ? undefined : (await known(context, table))?.version;
  const told = change === undefined || since === undefined ? null : { since, ...change };
  const now: Known = { version, columns, change: told, place };
  await context.facts.put(VERSIONS, new Map([[table, now]]));
}

export interface Renewal {
  readonly version?: string;
  readonly place?: string | null;
  readonly change?: RowChange | undefined;
}

export async function forget(context: LakeContext, table: string): Promise<void> {
  await context.facts.remove(VERSIONS, [table]);
}

/** Of a piece of work that is tried again, the same for the same parts; it never comes back otherwise. */
export function newVersion({ work }: Pick<LakeContext, 'work'>, ...parts: readonly string[]): string {
  const seed = work === '' ? [randomUUID()] : [work, ...parts];
  return `v${createHash('sha256').update(seed.join('\0')).digest('hex').slice(0, 16)}`;
}

/** The values that changed since a version. @throws LandfallError `unknown-version` where they are not known */
export async function changesSince(context: LakeContext, table: string, since: string): Promise<RowChange> {
  const { change } = (await known(context, table)) ?? {};
  if (change?.since === since) return change;
  throw new LandfallError({ code: 'unknown-version', message: `${table} has no changes since version ${since}` });
}

interface Changes {
  readonly runId: string;
  /** Null where too many changed. */
  readonly rows: ChangedRows | null;
}

/** What a load or a refresh of this run changed, by values of columns; a table that changes twice has both. */
export async function noteChanged(
  context: LakeContext,
  table: string,
  by: readonly string[],
  rows: ChangedRows | null,
): Promise<void> {
  const key = changeKey(table, by);
  const before = (await context.facts.all(CHANGES)).get(key) as Changes | undefined;
  const all = before?.runId === context.runId ? changedTogether([before.rows, rows]) : rows;
  const isFew = all !== null && all.length <= MOST_CHANGED;
  const changes: Changes = { runId: context.runId, rows: isFew ? all : null };
  await context.facts.put(CHANGES, new Map([[key, changes]]));
}

/** What changed of these tables in this run; null where that is not known or too much. */
export async function changedIn(
  context: LakeContext,
  tables: readonly string[],
  by: readonly string[],
): Promise<ChangedRows | null> {
  const facts = (await context.facts.all(CHANGES)) as ReadonlyMap<string, Changes>;
  const found = tables.map((table) => facts.get(changeKey(table, by)));
  return changedTogether(found.map((one) => (one?.runId === context.runId ? one.rows : null)));
}
