/** Files of the landing zone that no table takes. */

import type { Problem } from './problems.ts';

/** A file beside the data sets' folders, or a folder that is no data set's, with all in it. */
export interface Unclaimed {
  /** Its name in the landing zone; of a folder with `/` behind it. */
  readonly key: string;
  readonly files: number;
  /** How many of them are of a format that loads. */
  readonly landable: number;
  /** Why it can't be looked into. */
  readonly problem?: Problem;
}

/** What the landing zone has and no table takes. */
export interface Stray {
  /** The folder that it is in; null of a file in none. */
  readonly dataset: string | null;
  readonly problem: Problem;
}
