/** What a change of one setting of a table means, setting by setting. */

import { globsOverlap, matchesGlob } from '../glob.ts';
import type { Contract, TableContract } from '../types.ts';
import { changed, columnChanges } from './columns.ts';
import { differ, type Judged, quotes, tableChange } from './judged.ts';
import { pairColumns, renamed } from './pairs.ts';
import { qualityChange } from './promises.ts';
import type { Change } from './types.ts';

/** Undefined where it means nothing by itself. */
type Rule = (was: TableContract, now: TableContract, contract: Contract) => Judged | undefined;

/** A setting that is added to contracts is missing here until its rule is written. */
const RULES = {
  name: () => undefined,
  description: () => ({ code: 'table-described', says: 'another description' }),
  landing,
  format: ({ format: was }, { format: now }) => ({
    code: 'format-changed',
    says: changed('format', was, now),
    senders: `files of format ${was} are no longer taken`,
  }),
  load: ({ load: was }, { load: now }) => ({
    code: 'load-changed',
    says: changed('load', was, now),
    readers: `${LOADS[now]}; before, ${LOADS[was]}`,
  }),
  primaryKey: ({ primaryKey: was }, { primaryKey: now }) => ({
    code: 'primary-key-changed',
    says: changed('primary key', list(was), list(now)),
    readers: 'rows are told apart by other columns: more of them may become one, or fewer',
  }),
  // Both are of load append alone, and came or went with it.
  identity: ({ load: before, identity: was }, { load: after, identity: now }) =>
    before !== after
      ? undefined
      : {
          code: 'identity-changed',
          says: changed('identity', list(was), list(now)),
          readers: 'rows are equal by other columns: repeats count that did not, or the reverse',
        },
  overlap: ({ load: before, overlap: was }, { load: after, overlap: now }) =>
    before !== after
      ? undefined
      : {
          code: 'overlap-changed',
          says: changed('overlap', was, now),
          readers:
            now === 'none' ? 'rows that several files have count as often as they come' : 'files may repeat each other',
        },
  partitionBy: ({ partitionBy: was }, { partitionBy: now }) => ({
    code: 'partitions-changed',
    says: changed('partitionBy', list(was), list(now)),
    loaded: 'a table on one machine has no partitions; elsewhere it keeps those that it was made with',
  }),
  maxBadShare: ({ maxBadShare: was }, { maxBadShare: now }) => ({
    code: now < was ? 'bad-share-narrowed' : 'bad-share-widened',
    says: changed('maxBadShare', was, now),
    senders: now < was ? `files with a larger share of bad rows than ${now} are refused whole` : undefined,
    loaded: now < was ? 'rows of files that are refused stay as they were' : undefined,
  }),
  warehouse,
  quality: qualityChange,
  columns: () => undefined,
} satisfies Record<keyof TableContract, Rule>;

const SETTINGS = Object.keys(RULES) as (keyof TableContract)[];

const LOADS: Readonly<Record<TableContract['load'], string>> = {
  merge: 'a later row replaces the one with its key',
  append: 'rows of all files add up',
  replace: 'the newest file is the table',
};

/**
 * What differs between two versions of a table, the name aside.
 * @param contract today's
 */
export function settingChanges(contract: Contract, was: TableContract, now: TableContract): Change[] {
  const columns = pairColumns(was.columns, now.columns);
  const names = new Map(columns.kept.map((column) => [column.was.name, column.now.name]));
  const before = renamed(was, names);
  const renames = columns.kept.filter((column) => column.was.name !== column.now.name);
  const changes = [
    ...renames.map((column) => {
      const name = column.was.name;
      const after = renamed(was, new Map([[name, column.now.name]]));
      const says = `renamed to ${column.now.name}`;
      const readers = 'a query that names it fails';
      return tableChange(contract, { before: was, after }, { code: 'column-renamed', says, readers }, name);
    }),
    ...columns.removed.map(({ name }) => {
      const after = { ...before, columns: before.columns.filter((column) => column.name !== name) };
      const loaded = 'its values go';
      const readers = 'a query that names it fails';
      return tableChange(
        contract,
        { before, after },
        { code: 'column-removed', says: 'removed', readers, loaded },
        name,
      );
    }),
    ...columns.added.map((column) => {
      const after = { ...before, columns: [...before.columns, column] };
      const needs = column.required ? 'required' : 'not required';
      return tableChange(
        contract,
        { before, after },
        {
          code: 'column-added',
          says: `added: ${column.type}, ${needs}`,
          senders: column.required ? 'rows without a value go to quarantine' : undefined,
          loaded: column.required ? undefined : 'null in rows of files that lack it',
        },
        column.name,
      );
    }),
    ...columns.kept.flatMap((column) =>
      columnChanges(column.was, column.now, now).map(({ setting, judged }) => {
        const set = (one: TableContract['columns'][number]) =>
          one.name === column.now.name ? { ...one, [setting]: column.now[setting] } : one;
        const after = { ...before, columns: before.columns.map(set) };
        return tableChange(contract, { before, after }, judged, column.was.name);
      }),
    ),
    ...SETTINGS.filter((setting) => setting !== 'name' && differ(before[setting], now[setting])).flatMap((setting) => {
      const judged = (RULES[setting] as Rule)(before, now, contract);
      return judged === undefined
        ? []
        : [tableChange(contract, { before, after: { ...before, [setting]: now[setting] } }, judged)];
    }),
  ];
  return [...changes, ...unexplained(contract, before, now, changes)];
}

/** The fingerprint goes by order too: of columns, and of settings in their YAML. */
function unexplained(
  contract: Contract,
  before: TableContract,
  now: TableContract,
  changes: readonly Change[],
): Change[] {
  const judged: Judged = { code: 'written-otherwise', says: 'the same in another order', sameRows: true };
  const change = tableChange(contract, { before, after: { ...now, name: before.name } }, judged);
  const isExplained = change.effects.every((effect) => changes.some(({ effects }) => effects.includes(effect)));
  return isExplained ? [] : [{ ...change, breaks: {} }];
}

function landing(was: TableContract, now: TableContract, { tables }: Contract): Judged {
  const others = tables.filter((table) => table !== now && globsOverlap(table.landing, was.landing));
  const taker = others.length === 0 ? '' : `, but for those that ${quotes(others.map(({ name }) => name))} takes`;
  return {
    code: 'landing-changed',
    says: changed('landing', was.landing, now.landing),
    senders: matchesGlob(now.landing, was.landing)
      ? undefined
      : `files of ${was.landing} that ${now.landing} does not match are left lying${taker}`,
    loaded: matchesGlob(now.landing, was.landing)
      ? 'files that it takes now and did not take before load'
      : `rows of files that are let go stay as they were${taker}`,
  };
}

function warehouse({ warehouse: was }: TableContract, { warehouse: now }: TableContract): Judged {
  const [before, after] = [was?.publish === true, now?.publish === true];
  if (before === after) {
    return {
      code: 'warehouse-keys-changed',
      says: `warehouse ${JSON.stringify(now ?? {})}, was ${JSON.stringify(was ?? {})}`,
      loaded: 'one machine has no use for the keys',
    };
  }
  return after
    ? { code: 'table-published', says: 'published to the warehouse', publish: true }
    : {
        code: 'table-withdrawn',
        says: 'no longer published to the warehouse',
        readers: 'BI tools no longer find the table',
        publish: true,
      };
}

function list(names: readonly string[]): string | undefined {
  return names.length === 0 ? undefined : names.join(', ');
}
