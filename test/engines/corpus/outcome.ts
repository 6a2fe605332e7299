/** What an engine made of a case's file, and what it should have made of it, in the same form. */

import type { Case } from './types.ts';

export type Row = Readonly<Record<string, unknown>>;

export interface Outcome {
  /** The clean rows in the order of their numbers, without lineage and the columns that are null. */
  readonly clean: readonly Row[];
  readonly quarantine: readonly (readonly unknown[])[];
}

/** @param file the key; the rows may be of others, too */
export function outcomeOf(file: string, clean: readonly Row[], quarantine: readonly Row[]): Outcome {
  const rows = clean.filter(({ _source_file }) => _source_file === file);
  const bad = quarantine.filter(({ source_file }) => source_file === file);
  return {
    clean: rows
      .toSorted((a, b) => Number(a['_row_number']) - Number(b['_row_number']))
      .map((row) =>
        Object.fromEntries(Object.entries(row).filter(([key, value]) => value !== null && !key.startsWith('_'))),
      ),
    quarantine: bad
      .map(({ row_number, column_name, reason, raw_row }) => [Number(row_number), column_name, reason, raw_row])
      .toSorted(byText),
  };
}

export function expectedOutcome({ name, clean, quarantine = [] }: Case): Outcome {
  return { clean: clean.map((row) => ({ case_name: name, ...row })), quarantine: quarantine.toSorted(byText) };
}

/** The counts that the books of a case's load have. */
export function expectedCounts({ clean, quarantine = [], duplicate = 0 }: Case): Readonly<Record<string, number>> {
  const failing = new Set(quarantine.map(([row]) => row)).size;
  return {
    rows_read: clean.length + failing + duplicate,
    rows_loaded: clean.length,
    rows_duplicate: duplicate,
    rows_quarantined: failing,
  };
}

const byText = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
