import type { Learnt } from '../contracts/drift/evolve.ts';
import type { Contract, TableContract } from '../contracts/types.ts';
import type { ResultTable } from '../tabular.ts';
import type { Replay } from './replay.ts';
import type { QuarantinedRow } from './types.ts';

/** Where rows wait and where mended ones go: a laptop's lake and landing folder, or those of a deployed stage. */
export interface QuarantinePlace {
  /** Opens the lake, and closes it once the work is done. @throws LandfallError where there is none */
  ask<Result>(work: (lake: QuarantineLake) => Promise<Result>): Promise<Result>;
  readonly zone: ReplayZone;
}

export interface QuarantineLake {
  /** Answers a SELECT that every lake understands. */
  read(sql: string): Promise<ResultTable>;
  /** What tables have beyond their contracts. */
  learnt(): Promise<Learnt>;
  rows(
    contract: Contract,
    table: TableContract,
    statuses: readonly QuarantinedRow['status'][],
  ): Promise<QuarantinedRow[]>;
}

export interface ReplayZone {
  /** @throws LandfallError where no mended row of this table can land */
  check(contract: Contract, table: TableContract): Promise<void>;
  /** A table's replay files, in the order of their arrival. */
  files(contract: Contract, table: TableContract): AsyncIterable<{ readonly key: string; readonly text: string }>;
  /** @throws LandfallError `landing-unwritable` and the like */
  write(replay: Replay): Promise<void>;
  /** What loads the files once they are there, for people. */
  readonly next: string;
}
