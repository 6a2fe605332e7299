/** What a file's header means under its contract's policy: whether the file loads, by which header, and what has drifted. */

import type { Problem } from '../../problems.ts';
import { nearest } from '../../yaml/nearest.ts';
import { checkHeader, printable } from '../check-header.ts';
import type { ColumnContract, TableContract } from '../types.ts';
import { columnName } from './column-name.ts';
import { type Drift, type DriftAction, type DriftPolicy, type FileDrift, refusedDrift } from './types.ts';

export interface HeaderContext {
  /** The file's, relative to the landing zone. */
  readonly key: string;
  readonly policy: DriftPolicy;
  /** The header that the catalog has of the table; none where no file has come yet. */
  readonly known?: readonly string[] | undefined;
  /** A replay file's header is made of the contract: that it lacks a column says nothing. */
  readonly isReplay: boolean;
}

export interface JudgedHeader {
  /** Why the file is refused; none where it loads. */
  readonly problems: readonly Problem[];
  /** By a field's name in the file: its name in the load plan, empty where nothing may read it. */
  readonly names: ReadonlyMap<string, string>;
  /** Columns that the contract does not name, as their table has them, to be added or kept aside. */
  readonly columns: readonly string[];
  /** Undefined where nothing has drifted. */
  readonly drift: FileDrift | undefined;
}

/** @param table the contract's, with the columns that the lake has learnt */
export function judgeHeader(table: TableContract, fields: readonly string[], context: HeaderContext): JudgedHeader {
  const trimmed = fields.map((field) => field.trim());
  const known = learntNames(table, trimmed);
  const names = trimmed.map((name) => known.get(name) ?? name);
  const own = table.columns.filter(({ evolved }) => evolved !== true);
  const isRead = (name: string) => table.columns.some((column) => headerOf(column) === name);
  const unknown = [...new Set(names.filter((name) => name !== '' && !isRead(name)))];
  const absent = own.filter((column) => headerOf(column) !== undefined && !names.includes(headerOf(column) ?? ''));
  const checked = checkHeader(table, names, context.key);
  // A file that shares nothing with the table is no drift of it, and a line break in a name no name.
  const isKin = own.some((column) => names.includes(headerOf(column) ?? ''));
  const isTolerated = context.policy !== 'freeze' && isKin && !unknown.some((name) => /\p{Cc}/u.test(name));
  const isProtected = own.some(({ protect }) => protect !== undefined);
  const columns = isProtected ? [] : unknown.map((name) => columnName(table, name));
  const problems = [
    ...('order' in checked ? [] : checked).filter(({ code }) => !isTolerated || code !== 'unknown-column'),
    ...(isTolerated ? clashes(columns, names, unknown, context.key) : []),
  ];
  const findings = isKin ? findingsOf({ table, own, names, absent, unknown, isProtected }, context) : [];
  const drift =
    findings.length === 0
      ? undefined
      : { findings, isPolicys: unknown.length > 0 && (context.policy !== 'evolve' || isProtected) };
  return {
    problems,
    names: new Map([...known, ...unknown.map((name, index) => [name, columns[index] ?? ''] as const)]),
    columns: isTolerated ? columns : [],
    drift: problems.length === 0 ? drift : refusedDrift(drift),
  };
}

/** By a field's name: the learnt column that it was the header of, or would have been. Two for one column are no such. */
function learntNames(table: TableContract, names: readonly string[]): ReadonlyMap<string, string> {
  const learnt = new Set(table.columns.filter(({ evolved }) => evolved === true).map(({ name }) => name));
  const named = names
    .filter((name) => name !== '' && !table.columns.some((column) => headerOf(column) === name))
    .map((name) => [name, columnName(table, name)] as const)
    .filter(([, column]) => learnt.has(column));
  const isAlone = (column: string) =>
    !names.includes(column) && named.filter(([, other]) => other === column).length === 1;
  return new Map(named.filter(([, column]) => isAlone(column)));
}

const headerOf = ({ source }: ColumnContract) => (source.kind === 'header' ? source.name : undefined);

/** Two fields of a file may be different words for one column, or an unknown one for a column that was learnt. */
function clashes(
  columns: readonly string[],
  names: readonly string[],
  unknown: readonly string[],
  key: string,
): Problem[] {
  return columns.flatMap((column, index) => {
    const other = names.includes(column) && unknown[index] !== column ? column : unknown[columns.indexOf(column)];
    const own = unknown[index] ?? '';
    if (other === undefined || other === own) return [];
    const message = `"${printable(other)}" and "${printable(own)}" in the header would both be the column ${column}`;
    return [{ code: 'duplicate-column', message, file: key, line: 1, hint: 'rename one of them in the file' }];
  });
}

interface Compared {
  readonly table: TableContract;
  /** The contract's own columns. */
  readonly own: readonly ColumnContract[];
  readonly names: readonly string[];
  readonly absent: readonly ColumnContract[];
  readonly unknown: readonly string[];
  readonly isProtected: boolean;
}

function findingsOf(compared: Compared, context: HeaderContext): Drift[] {
  const { absent, unknown } = compared;
  const renamed = renames(compared, context);
  const shown = (name: string) =>
    compared.isProtected ? `no. ${compared.names.indexOf(name) + 1}` : `"${printable(name)}"`;
  const missing = context.isReplay ? [] : absent.map((column) => missingColumn(column, renamed, shown));
  const fresh = unknown.map((name) => newColumn(compared, name, renamed, shown, context));
  return [...missing, ...fresh];
}

type Shown = (name: string) => string;

/** By a missing column's header: the unknown name that most likely stands for it now. */
function renames({ own, names, absent, unknown }: Compared, { known }: HeaderContext): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  const free = () => unknown.filter((name) => ![...pairs.values()].includes(name));
  const missing = [...new Set(absent.flatMap((column) => headerOf(column) ?? []))];
  for (const header of missing) {
    const near = nearest(header, free());
    if (near !== undefined) pairs.set(header, near);
  }
  for (const header of missing.filter((one) => !pairs.has(one))) {
    const before = known?.includes(header) ? known : headersOf(own);
    const there = names[before.indexOf(header)];
    if (before.length === names.length && there !== undefined && free().includes(there)) pairs.set(header, there);
  }
  return pairs;
}

function headersOf(columns: readonly ColumnContract[]): string[] {
  return [...new Set(columns.flatMap((column) => headerOf(column) ?? []))];
}

function missingColumn(column: ColumnContract, renamed: ReadonlyMap<string, string>, shown: Shown): Drift {
  const header = headerOf(column) ?? '';
  const other = renamed.get(header);
  const detail = `the header has no column "${header}"${column.required ? ', which is required' : ''}`;
  const action = column.required ? 'refused' : 'null';
  if (other === undefined) return { kind: 'missing_column', column: column.name, detail, suggestion: null, action };
  const suggestion = `column ${shown(other)} of the header may be it: rename it in the file, or say so by source in the contract`;
  return { kind: 'renamed_column', column: column.name, detail, suggestion, action };
}

const DONE: Readonly<Record<DriftPolicy, DriftAction>> = {
  evolve: 'added',
  quarantine: 'kept aside',
  freeze: 'refused',
};

function newColumn(
  { table, isProtected }: Compared,
  name: string,
  renamed: ReadonlyMap<string, string>,
  shown: Shown,
  { policy }: HeaderContext,
): Drift {
  const meant = [...renamed].find(([, other]) => other === name)?.[0];
  return {
    kind: 'new_column',
    column: isProtected ? null : columnName(table, name),
    detail: `the contract has no column ${shown(name)} of the header`,
    suggestion:
      meant === undefined ? 'name it in the contract to give it a type' : `it may be "${meant}" under another name`,
    action: isProtected && policy !== 'freeze' ? 'left out' : DONE[policy],
  };
}

/**
 * Finds an order that is neither the contract's nor that of the files before: what a feed always does is no drift.
 *
 * @param names the header's, as the load plan knows them
 * @param known the header of the files before
 */
export function orderDrift(table: TableContract, names: readonly string[], known: readonly string[]): Drift[] {
  const differs = (others: readonly string[]) => {
    const shared = others.filter((name) => names.includes(name));
    return names.filter((name) => shared.includes(name)).join('\n') !== shared.join('\n');
  };
  if (!differs(known) || !differs(headersOf(table.columns))) return [];
  const detail = 'the header has the columns in another order than the files before';
  return [{ kind: 'column_order', column: null, detail, suggestion: null, action: 'loaded by name' }];
}
