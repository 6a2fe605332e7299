/** Published figures of a data set, and what it means that one is met. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Figure {
  readonly figure: string;
  readonly sql: string;
  /** Row by row; a number whose last decimals are zeros is written as text. */
  readonly published: readonly (readonly (number | string)[])[];
  /** Where the published figure is wrong; `published` then is what the data has. */
  readonly erratum?: string;
}

/** @param dataset hyphenated, as its folder in `test/golden` */
export function figuresOf(dataset: string): readonly Figure[] {
  const file = new URL(`../golden/${dataset}/figures.json`, import.meta.url);
  return JSON.parse(readFileSync(fileURLToPath(file), 'utf8')) as Figure[];
}

/** The rows as far as they were published: each number with as many decimals, as text. */
export function asPublished(
  rows: readonly Readonly<Record<string, unknown>>[],
  { published }: Figure,
): readonly (readonly string[])[] {
  return rows.map((row, index) =>
    Object.values(row).map((value, column) => {
      const decimals = String(published[index]?.[column] ?? '').split('.')[1]?.length ?? 0;
      const isNumber = typeof value === 'number' || /^-?\d+(\.\d+)?$/.test(String(value));
      return isNumber ? Number(value).toFixed(decimals) : String(value);
    }),
  );
}

export function texts({ published }: Figure): readonly (readonly string[])[] {
  return published.map((row) => row.map(String));
}
