/** Stages files that may change while they are read: what is loaded is what was hashed. */

import type { LoadBatch } from '../../core/loads.ts';
import type { LoadPlan } from '../../core/plans/load-plan.ts';
import type { LandedFile } from '../../core/ports.ts';
import type { Problem } from '../../core/problems.ts';
import type { Database } from './database.ts';
import { mend } from './mend.ts';
import { withoutSpilling } from './redact.ts';
import { createFiles, type StagedFile, stage } from './stage.ts';

/** The landing zone, as a load sees it. */
export interface FileSource {
  /** Where a file's bytes are, unpacked where the engine must see them so. */
  pathOf(file: LandedFile, plain: boolean): Promise<string>;
  /** Why a file is no longer what was inspected; null where it is. */
  changed(file: LandedFile): Promise<Problem | null>;
  /** Nothing reads the bytes of these files any more: copies of them may go. */
  release(files: readonly LandedFile[]): Promise<void>;
}

/** What the books know of files and rows that come again. */
export interface KnownFiles {
  /** Gives those of `files` whose version was seen before the arrival that it had then. */
  keepArrivals(): Promise<void>;
  /** Takes rows that are to stay forgotten out of `staged` and of `mended`, where the careful reader made that. */
  leaveOut(careful: boolean): Promise<void>;
}

interface Staged {
  readonly files: readonly StagedFile[];
  /** Whether the careful reader had to read any of them. */
  readonly careful: boolean;
  readonly left: readonly Problem[];
}

/**
 * Stages the files and looks at each again: what was read is then what was hashed. Those that changed meanwhile are left
 * out, and where they were why the engine gave up, the others are staged anew. Then the source may let them go.
 */
export async function stageSettled(
  database: Database,
  batch: LoadBatch,
  source: FileSource,
  firstId: number,
  known: KnownFiles,
): Promise<Staged> {
  try {
    return await untilSettled(database, batch, source, firstId, known);
  } finally {
    await source.release(batch.files.map(({ file }) => file));
  }
}

async function untilSettled(
  database: Database,
  batch: LoadBatch,
  source: FileSource,
  firstId: number,
  known: KnownFiles,
): Promise<Staged> {
  const left: Problem[] = [];
  let versions = [...batch.files.entries()];
  while (versions.length > 0) {
    const files: StagedFile[] = [];
    for (const [index, version] of versions) {
      const path = await source.pathOf(version.file, false);
      files.push({ version, fileNo: index, loadId: firstId + index, path });
    }
    let failed: { error: unknown } | undefined;
    const careful = await stageFiles(database, batch.plan, files, source, known).catch((error: unknown) => {
      failed = { error };
      return false;
    });
    const found = await Promise.all(files.map(({ version }) => source.changed(version.file)));
    left.push(...found.filter((problem) => problem !== null));
    const changed = files.filter((_file, index) => found[index] !== null).map(({ fileNo }) => fileNo);
    const kept = files.filter(({ fileNo }) => !changed.includes(fileNo));
    if (failed === undefined) {
      if (changed.length > 0) await database.run(`DELETE FROM files WHERE file_no IN (${changed.join(', ')})`);
      return { files: kept, careful, left };
    }
    if (changed.length === 0) throw failed.error;
    versions = versions.filter(([index]) => !changed.includes(index));
  }
  return { files: [], careful: false, left };
}

/** @returns whether the careful reader had to read any of them */
async function stageFiles(
  database: Database,
  plan: LoadPlan,
  files: readonly StagedFile[],
  source: FileSource,
  known: KnownFiles,
): Promise<boolean> {
  await createFiles(database, plan, files);
  await known.keepArrivals();
  const lost = await stage(database, plan, files);
  const plain: StagedFile[] = [];
  for (const file of lost) plain.push({ ...file, path: await source.pathOf(file.version.file, true) });
  if (lost.length > 0) await withoutSpilling(database, plan, () => mend(database, plan, plain));
  return lost.length > 0;
}
