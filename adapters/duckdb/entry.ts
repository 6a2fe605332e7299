/** What a load is to write into the books. */

import type { Drift } from '../../core/contracts/drift/types.ts';
import type { LoadBatch } from '../../core/loads.ts';
import type { FileVersion, Refusal } from '../../core/ports.ts';
import type { RetypedFile } from './retyped.ts';
import type { StagedFile } from './stage.ts';

/** A file that was read, wherever that was. */
export type ReadFile = Omit<StagedFile, 'path'>;

export interface Entry {
  readonly batch: LoadBatch;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly firstRefusal: number;
  readonly refusals: readonly Refusal[];
  /** Files of which nothing is refused but rows. */
  readonly loaded: readonly ReadFile[];
  readonly retyped: readonly (Pick<RetypedFile, 'findings'> & { readonly file: ReadFile })[];
}

/** What a file's version is known by: where another policy would make something else of it, by the policy, too. */
export function planHashOf({ planHash, policyHash }: LoadBatch, drift: FileVersion['drift']): string {
  return drift?.isPolicys ? policyHash : planHash;
}

/** One version of a file, and what was found in it. */
export interface Drifted {
  readonly loadId: number;
  readonly key: string;
  readonly contentHash: string;
  readonly findings: readonly Drift[];
}

/** What is found in the files that are loaded. */
export function driftOf({ loaded, retyped }: Pick<Entry, 'loaded' | 'retyped'>): readonly Drifted[] {
  return loaded.flatMap(({ version, loadId, fileNo }) => {
    const own = retyped.find(({ file }) => file.fileNo === fileNo)?.findings ?? [];
    const findings = [...(version.drift?.findings ?? []), ...own];
    const { file, contentHash } = version;
    return findings.length === 0 ? [] : [{ loadId, key: file.key, contentHash, findings }];
  });
}

export function refusedDriftOf({ refusals, firstRefusal }: Entry): readonly Drifted[] {
  return refusals.flatMap(({ file, contentHash, drift }, index) => {
    if (drift === undefined || contentHash === null) return [];
    return [{ loadId: firstRefusal + index, key: file.key, contentHash, findings: drift.findings }];
  });
}
