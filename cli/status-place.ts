import type { LakeReader } from '../core/ports.ts';
import type { Status, StatusSource } from '../core/status/types.ts';

/** All that a status is told of: a state folder, or a deployed stage. */
export interface StatusPlace {
  /**
   * Opens the lake, and closes it once the work is done.
   *
   * @param work is given what is asked, and the lake of which the catalog is told
   * @throws LandfallError where there is none
   */
  ask<Result>(work: (source: StatusSource, lake: LakeReader) => Promise<Result>): Promise<Result>;
  /** How BI tools connect, and what is published. */
  warehouse(found: Status): Promise<ToldWarehouse>;
  /** Where the last report is. */
  readonly report: string;
}

export interface ToldWarehouse {
  readonly json: unknown;
  readonly text: string;
}
