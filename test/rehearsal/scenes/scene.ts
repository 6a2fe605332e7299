/** A scene of the second act: something goes wrong, or changes, and has an outcome that is as it has to be. */

import type { RunOutcome } from '../../../core/ports.ts';
import type { Rehearsal } from '../rehearsal.ts';

export interface Scene {
  /** For `--scene`. */
  readonly id: string;
  readonly title: string;
  /** The data sets that it plays with. */
  readonly datasets: readonly string[];
  /** @returns what it came to @throws Error where that is not what had to come */
  readonly play: (rehearsal: Rehearsal) => Promise<string>;
}

export const KIOSKS = 'kiosk-sales';
export const DISTRICTS = 'learnplatform';
export const COURSES = 'course-engagement';
export const INSTALLS = 'app-installs';

/**
 * Holds what people were told against what they had to be told.
 *
 * @param expected a line a run: `data-set status`, and the code of its error where it failed, in the order of their ends
 */
export function expectTold(told: readonly RunOutcome[], ...expected: readonly string[]): void {
  const lines = told.map(toldLine);
  if (lines.toSorted().join() === expected.toSorted().join()) return;
  // A run's name has the time of the event that began it.
  const runs = told.map((one) => `${toldLine(one)} (run ${one.run_id})`);
  throw new Error(
    `people were told of: ${runs.join(', ') || 'nothing'}; expected: ${expected.join(', ') || 'nothing'}`,
  );
}

/** `data-set status`, and the codes of its errors. */
export const toldLine = ({ datasets, status, errors }: RunOutcome) =>
  [datasets.map(({ dataset }) => dataset).join('+'), status, ...errors.map(({ code }) => code)].join(' ');

/** The rows of the loads' books. */
export async function loadsOf({ athena }: Rehearsal): Promise<number> {
  return Number((await athena.rows('SELECT count(*) FROM ops.loads')).at(-1)?.[0]);
}

export const engagement = ({ sample }: Rehearsal) =>
  (sample.files.get(DISTRICTS) ?? []).filter((key) => key.includes('/engagement_data/'));

type Rows = (rows: readonly string[]) => readonly string[];

/** A CSV of the same header, with other rows. */
export function withRows(text: string, change: Rows): string {
  const [header = '', ...rows] = text.trimEnd().split('\n');
  return `${[header, ...change(rows)].join('\n')}\n`;
}

/** Rows of some thirds of a file. */
export const thirds =
  (from: number, to: number): Rows =>
  (rows) => {
    const third = Math.ceil(rows.length / 3);
    return rows.slice(from * third, to * third);
  };

/** The same purchases on other cards, whose hashes end in a letter that no hash has. */
export const onCards =
  (end: string): Rows =>
  (rows) =>
    rows.map((row) => row.replaceAll(/,([0-9a-f]{31})[0-9a-f],/g, `,$1${end},`));
