/** What a layout moves about. */

import type { Box } from './boxes.ts';

/** A box, or the place of edges of one source where they pass a column. */
export interface Item {
  readonly column: number;
  /** Null of edges that pass. */
  readonly box: Box | null;
  readonly height: number;
}

/** From an item to one of the next column; offsets from their tops. */
export interface Link {
  readonly from: Item;
  readonly outlet: number;
  readonly to: Item;
  readonly inlet: number;
}

/** From left to right, each from top to bottom. */
export type Columns = readonly (readonly Item[])[];
