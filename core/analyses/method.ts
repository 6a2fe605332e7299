/**
 * What each kind of analysis is made of: a question that the engine answers, and what follows from the answer. The
 * engine goes through the rows; what comes back is small, unless the rows themselves are what a method works on.
 */

import type { ColumnType } from '../contracts/types.ts';
import { LandfallError, type Problem } from '../problems.ts';
import type { ResultColumn, ResultTable, Value } from '../tabular.ts';
import type { Analysis } from './types.ts';

/** Rows that stay with the engine: a SELECT that makes a table. */
export interface SelectedRows {
  readonly select: string;
}

export interface Conclusion {
  /** By role, in the order in which they are to be written: a SELECT may read the tables before it. */
  readonly tables: Readonly<Record<string, ResultTable | SelectedRows>>;
  /** What whoever reads the run's log wants to know, as one line. */
  readonly note: string;
  /** What its author should look at: a sample that no row is of. */
  readonly warnings?: readonly string[];
}

/** Columns of the input. */
export interface Reads {
  /** Those that are measured. */
  readonly numbers: readonly string[];
  readonly others: readonly string[];
  /** Of the others those whose values are told apart by their text. */
  readonly marks?: readonly string[];
}

export interface Method<Kind extends Analysis> {
  readonly reads: (analysis: Kind) => Reads;
  /** Athena SQL. */
  readonly question: (analysis: Kind) => string;
  /** @param answer the rows of the question */
  readonly conclude: (analysis: Kind, answer: ResultTable) => Conclusion;
}

const NUMERIC: ReadonlySet<ColumnType> = new Set(['integer', 'bigint', 'double']);

/** Of other types engines write the same value differently, such as 2021.0 and 2.021E3. */
const WRITTEN_ALIKE: ReadonlySet<ColumnType> = new Set(['string', 'integer', 'bigint', 'boolean', 'date']);

/**
 * Every column that the input lacks (`unknown-column`), every one that is measured and isn't numeric
 * (`column-not-numeric`), and every one whose values have no one text (`column-not-exact`).
 */
export function checkColumns(
  analysis: Analysis,
  { numbers, others, marks = [] }: Reads,
  columns: readonly ResultColumn[],
): Problem[] {
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  const measured = new Set(numbers);
  return [...new Set([...others, ...numbers])].flatMap((name): Problem[] => {
    const type = types.get(name);
    const place = { file: analysis.file };
    if (type === undefined) {
      const message = `analysis ${analysis.name}: ${analysis.input} has no column ${name}`;
      return [{ code: 'unknown-column', message, hint: `it has ${[...types.keys()].join(', ')}`, ...place }];
    }
    if (marks.includes(name) && !WRITTEN_ALIKE.has(type)) {
      const message = `analysis ${analysis.name}: column ${name} of ${analysis.input} is a ${type}, whose values are not written alike on every engine`;
      return [
        { code: 'column-not-exact', message, hint: 'cast it in a model, to an integer, a date or text', ...place },
      ];
    }
    if (!measured.has(name) || NUMERIC.has(type)) return [];
    const message = `analysis ${analysis.name}: column ${name} of ${analysis.input} is a ${type}, not a number`;
    return [{ code: 'column-not-numeric', message, hint: 'name a column of type integer, bigint or double', ...place }];
  });
}

/** @throws LandfallError with every mistake that `checkColumns` finds */
export function requireColumns(...args: Parameters<typeof checkColumns>): void {
  const problems = checkColumns(...args);
  if (problems.length > 0) throw new LandfallError(problems);
}

/** A row of an answer, by column. */
export class Answered {
  private readonly row: readonly Value[];
  private readonly at: ReadonlyMap<string, number>;

  constructor(row: readonly Value[], at: ReadonlyMap<string, number>) {
    this.row = row;
    this.at = at;
  }

  value(column: string): Value {
    return this.row[this.at.get(column) ?? -1] ?? null;
  }

  number(column: string): number | null {
    return numberOf(this.value(column));
  }

  /** How many; 0 where there is no number. */
  count(column: string): number {
    return this.number(column) ?? 0;
  }
}

export function answered({ columns, rows }: ResultTable): Answered[] {
  const at = new Map(columns.map(({ name }, index) => [name, index]));
  return rows.map((row) => new Answered(row, at));
}

/** Null where the value isn't a finite number. A bigint may come as text, so that no digit is lost on the way. */
export function numberOf(value: Value): number | null {
  return value === null || value === '' ? null : finite(Number(value));
}

/** Null rather than a number that is none. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** What every table of figures ends with. */
export const BOOKS = { rows_left_out: 'integer', assumptions: 'string', note: 'string' } as const;

/** Rows by name: what one of them does not name is null. */
export function tableOf(
  columns: readonly ResultColumn[],
  records: readonly Readonly<Record<string, Value>>[],
): ResultTable {
  return { columns, rows: records.map((record) => columns.map(({ name }) => record[name] ?? null)) };
}

export function typed(types: Readonly<Record<string, ColumnType>>): ResultColumn[] {
  return Object.entries(types).map(([name, type]) => ({ name, type }));
}

/** Sentences as one text; null where there are none. */
export function sentences(notes: readonly (string | null)[]): string | null {
  const said = notes.filter((note) => note !== null);
  return said.length === 0 ? null : said.join(' ');
}
