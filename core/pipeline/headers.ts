/** What new files' headers say: whether the catalog is behind, and how the files are best loaded. */

import { isReplay } from '../contracts/replay.ts';
import type { LandedFile } from '../landed.ts';
import type { DatasetPlan } from './plan.ts';

/** One table's new files. */
export interface Batch {
  readonly table: string;
  readonly files: number;
  /** As they lie, packed or not. */
  readonly bytes: number;
}

export interface HowToLoad {
  /** Whether a header differs from the one that the catalog has. */
  readonly crawl: boolean;
  readonly crawler: string;
  readonly load: 'none' | 'incremental' | 'bulk';
  readonly batches: readonly Batch[];
}

/** A function has minutes and some memory; what is larger than this, unpacked, is the bulk job's. */
const BULK_BYTES = 1024 ** 3;

/** How many bytes one of a `.gz` may stand for. CSV packs better than most. */
const UNPACKED = 8;

export const crawlerOf = (dataset: string) => `landfall-${dataset}`;

/** @param known by table, the header that the catalog has */
export function howToLoad(
  { contract, tables }: DatasetPlan,
  known: ReadonlyMap<string, readonly string[]>,
  bulkBytes: number = BULK_BYTES,
): HowToLoad {
  const fresh = tables.filter(({ files, refusals }) => files.length + refusals.length > 0);
  const batches = fresh.map(({ table, files }) => ({
    table: table.name,
    files: files.length,
    bytes: files.reduce((sum, { file }) => sum + file.bytes, 0),
  }));
  const bytes = unpackedBytes(fresh.flatMap(({ files }) => files.map(({ file }) => file)));
  return {
    crawl: [...headersOf({ tables })].some(([table, header]) => header.join('\n') !== known.get(table)?.join('\n')),
    crawler: crawlerOf(contract.dataset),
    load: batches.length === 0 ? 'none' : bytes >= bulkBytes ? 'bulk' : 'incremental',
    batches,
  };
}

/** By table: the header of the newest new file. Replay files have one of their own, which says nothing of the others. */
export function headersOf({ tables }: Pick<DatasetPlan, 'tables'>): ReadonlyMap<string, readonly string[]> {
  return new Map(
    tables.flatMap(({ table, files }) => {
      const newest = files.filter(({ file }) => !isReplay(file.key)).at(-1);
      return newest === undefined ? [] : [[table.name, newest.header] as const];
    }),
  );
}

/** What files come to, as far as their names and sizes tell. */
export function unpackedBytes(files: readonly LandedFile[]): number {
  return files.reduce((sum, { key, bytes }) => sum + bytes * (key.endsWith('.gz') ? UNPACKED : 1), 0);
}
