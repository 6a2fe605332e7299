/** What a load's transaction is to write into the books. */

import type { LoadBatch, Refusal } from '../../../core/ports.ts';
import type { RetypedFile } from './retyped.ts';
import type { StagedFile } from './stage.ts';

export interface Entry {
  readonly batch: LoadBatch;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly firstRefusal: number;
  readonly refusals: readonly Refusal[];
  /** Files of which nothing is refused but rows. */
  readonly loaded: readonly StagedFile[];
  readonly retyped: readonly RetypedFile[];
}
