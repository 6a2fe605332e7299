/** What Landfall uses in a month, by what lands in it. */

import type { Project } from '../../core/project.ts';

export const [KB, MB, GB, TB] = [1e3, 1e6, 1e9, 1e12];

/** What the figures assume; who lands otherwise puts in other numbers. */
export const ASSUMED = {
  fileBytes: 10 * MB,
  /** Files that land together, and are taken up in one round of their data set. */
  filesARound: 10,
  /** Parquet of a byte of CSV, zstd. */
  packed: 0.2,
  /** Statements of one batch: the changes, what they are, and the MERGE. */
  statementsABatch: 3,
  /** Of one model that is refreshed: the new table, two audits, the view. */
  statementsAModel: 4,
  /** Of the rows of a round, the months that they lie in. */
  monthsARound: 2,
  statementMinutes: 0.2,
  busyHoursADay: 10,
} as const;

/** Glue's limit is on what is held for all time: a year of it. */
export const MONTHS_KEPT = 12;

export interface Month {
  readonly files: number;
  readonly rounds: number;
  readonly roundsAnHour: number;
  readonly statements: number;
  readonly statementsAtOnce: number;
  readonly roundBytes: number;
  readonly stagedBytes: number;
  readonly mergeBytes: number;
}

export interface Shape {
  readonly datasets: number;
  readonly modelsADataset: number;
  readonly tables: number;
}

/** Formulas are written out in the table, with these names. */
export function monthOf(bytes: number, { modelsADataset, tables }: Shape): Month {
  const files = bytes / ASSUMED.fileBytes;
  const rounds = files / ASSUMED.filesARound;
  const hours = 30 * ASSUMED.busyHoursADay;
  const statementsARound = ASSUMED.statementsABatch + modelsADataset * ASSUMED.statementsAModel;
  const statements = rounds * statementsARound;
  return {
    files,
    rounds,
    roundsAnHour: rounds / hours,
    statements,
    statementsAtOnce: (statements * ASSUMED.statementMinutes) / (hours * 60),
    roundBytes: ASSUMED.fileBytes * ASSUMED.filesARound,
    stagedBytes: bytes * ASSUMED.packed,
    // A merge reads the keys of all staged rows of its table: a fifth of its columns' bytes, and of one table's share.
    mergeBytes: (bytes * ASSUMED.packed * MONTHS_KEPT * 0.2) / tables,
  };
}

export function shapeOf({ contracts, models }: Project): Shape {
  return {
    datasets: contracts.length,
    modelsADataset: Math.round(models.length / contracts.length),
    tables: contracts.reduce((sum, { tables }) => sum + tables.length, 0),
  };
}
