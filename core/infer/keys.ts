/** By what rows are told apart, and so how a table loads. */

import type { LoadMode } from '../contracts/types.ts';
import { counted } from '../words.ts';
import { isOfTime } from './columns.ts';
import { isIdentifying, singular } from './names.ts';
import type { Confidence, ProposedColumn, TableProfile } from './types.ts';

/** A list of things that is exported whole is no longer than this. */
const LONGEST_LIST = 20_000;
/** Fewer rows than these are distinct by chance. */
const FEW = 20;
const WIDEST = 3;
/** Of more columns than these no combination is tried. */
const MOST = 7;

export interface KeyColumn {
  readonly column: ProposedColumn;
  /** About how many of its values differ. */
  readonly distinct: number;
  /** All values are hexadecimal identifiers. */
  readonly isIdentifier: boolean;
}

/**
 * Combinations of columns that may be a key, in the order in which to ask whether they are one. A measure that happens to
 * differ in every row is none: what is in it names a thing or a day.
 */
export function keyCandidates(
  table: { readonly name: string; readonly rows: number },
  columns: readonly KeyColumn[],
): string[][] {
  const { rows } = table;
  if (rows === 0) return [];
  const fit = columns.filter(
    ({ column }) => column.whole && ['string', 'integer', 'date'].includes(column.type) && column.parse === undefined,
  );
  const names = (one: KeyColumn) => isIdentifying(one.column.name) || one.isIdentifier;
  const own = `${singular(table.name)}_id`;
  const singles = [
    ...fit.filter(({ column }) => column.name === own || column.name === 'id'),
    ...fit.filter((one) => names(one)),
    ...columns
      .slice(0, 1)
      .filter(
        ({ column }) => fit.some((one) => one.column === column) || (column.whole && column.type === 'timestamp'),
      ),
  ].filter((one) => one.distinct >= 0.8 * rows);
  const parts = fit.filter((one) => names(one) || one.column.type === 'date' || one.column.source.kind === 'file');
  // Told roughly, the number of distinct values may be a fifth off.
  const many = combinations(parts.slice(0, MOST), WIDEST).filter(
    (group) => group.length > 1 && group.reduce((product, { distinct }) => product * distinct * 1.2, 1) >= rows,
  );
  const all = [...singles.map((one) => [one]), ...many].map((group) => group.map(({ column }) => column.name));
  return all.filter((group, index) => all.findIndex((other) => other.join() === group.join()) === index);
}

/** Smaller groups first, earlier columns first. */
function combinations<Item>(items: readonly Item[], widest: number): Item[][] {
  const groups: Item[][] = [[]];
  for (const item of items)
    groups.push(...groups.filter(({ length }) => length < widest).map((group) => [...group, item]));
  return groups.filter(({ length }) => length > 0).sort((a, b) => a.length - b.length);
}

export interface Load {
  readonly load: LoadMode;
  readonly identity: readonly string[];
  readonly confidence: Confidence;
  readonly notes: readonly string[];
}

/** @param key the columns that tell every row apart; empty where none do */
export function loadOf(table: TableProfile, columns: readonly ProposedColumn[], key: readonly string[]): Load {
  const isList =
    !table.isSeries && table.format === 'csv' && table.rows <= LONGEST_LIST && !table.columns.some(isOfTime);
  const told = table.rows < FEW ? [`${counted(table.rows, 'row')} only`] : [];
  const confidence = table.rows < FEW ? 'low' : key.length > 1 ? 'medium' : 'high';
  if (isList) {
    const notes = ['one short list without dates: the file that arrived last is the whole table', ...told];
    return { load: 'replace', identity: [], confidence: table.rows < FEW ? 'low' : 'medium', notes };
  }
  if (key.length > 0) {
    return {
      load: 'merge',
      identity: [],
      confidence,
      notes: [`${key.join(', ')} ${key.length === 1 ? 'differs' : 'together differ'} in every row`, ...told],
    };
  }
  const notes = ['no column or small combination differs in every row: equal rows are as many events', ...told];
  return { load: 'append', identity: identityOf(columns), confidence: 'medium', notes };
}

/** One column a source: what is read from the same text adds nothing. */
function identityOf(columns: readonly ProposedColumn[]): string[] {
  const sources = columns.map(({ source }) => JSON.stringify(source));
  return columns.filter((_, index) => sources.indexOf(sources[index] ?? '') === index).map(({ name }) => name);
}
