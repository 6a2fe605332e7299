/** What is around a lake in tests of loads: as little as a load asks of the other ports. */

import { createHash } from 'node:crypto';
import type { Database } from '../../adapters/duckdb/database.ts';
import type { ProtectKey } from '../../adapters/duckdb/protect-key.ts';
import type { FileSource } from '../../adapters/duckdb/settled.ts';
import { conclude } from '../../core/analyses/methods.ts';
import type { Lake, Ports } from '../../core/ports.ts';

export interface LakeParts {
  readonly root: string;
  readonly landing: string;
  /** An empty one, of the engine that `rows` asks. */
  readonly database: Database;
  readonly source: FileSource;
  readonly protection: ProtectKey;
}

export interface OtherLake {
  readonly lake: Lake;
  /** Told of the engine, if it is another than the database. */
  readonly rows?: <Row>(sql: string) => Promise<Row[]>;
  readonly close?: () => Promise<void>;
  /** Does work that is killed after so many effects. */
  readonly killed?: (after: number, work: () => Promise<unknown>) => Promise<void>;
}

/** Tells nobody, and publishes nothing. */
export function portsAround(own: Pick<Ports, 'landing' | 'lake' | 'catalog' | 'protection' | 'clock'>): Ports {
  return {
    ...own,
    notifier: { notify: async () => undefined },
    analyst: { conclude: async (analysis, answer) => conclude(analysis, answer) },
    warehouse: null,
    report: { prepare: () => undefined, answers: (questions, ask) => ask(questions), write: async () => '' },
    hasher: { hash: (text) => createHash('sha256').update(text).digest('hex') },
    progress: { step: () => undefined },
  };
}

/** A catalog that crawls nothing: it knows what it was told. */
export function headersInMemory(): Ports['catalog'] {
  const known = new Map<string, readonly string[]>();
  return {
    headers: async () => known,
    crawl: async (_dataset, headers) => {
      for (const [table, header] of headers) known.set(table, header);
    },
  };
}
