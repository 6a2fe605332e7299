/** Rows in quarantine and their replay files, on a laptop. */

import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { replayFolder } from '../../core/contracts/replay.ts';
import { LandfallError } from '../../core/problems.ts';
import type { QuarantinePlace, ReplayZone } from '../../core/quarantine/place.ts';
import type { Replay } from '../../core/quarantine/replay.ts';
import { quarantinedRows } from '../duckdb/quarantined.ts';
import { LEARNT, learntOf } from './lake/evolved.ts';
import { LandingFolder } from './landing.ts';
import { readLake } from './query.ts';

/** @param onWait told once where another process holds the lake */
export function localQuarantine(state: string, folder: string, onWait: (holder: string) => void): QuarantinePlace {
  return {
    ask: (work) =>
      readLake(state, onWait, (read) =>
        work({
          read,
          async learnt() {
            // A lake that no run has opened since there was drift has no such table.
            const found = await read(LEARNT).catch(() => ({ rows: [] }));
            return learntOf(
              found.rows.map(([table, column]) => ({ table_name: String(table), column_name: String(column) })),
            );
          },
          rows: (contract, table, statuses) => quarantinedRows(read, contract, table, statuses),
        }),
      ),
    zone: replaysIn(new LandingFolder(folder, '')),
  };
}

function replaysIn(landing: LandingFolder): ReplayZone {
  return {
    check: () => landing.check(),
    async *files({ dataset }, table) {
      const prefix = `${replayFolder(dataset, table.name)}/`;
      for (const { key } of await landing.list(dataset)) {
        // A file that can't be read any more stands for nothing.
        if (key.startsWith(prefix)) yield { key, text: await readFile(landing.path(key), 'utf8').catch(() => '') };
      }
    },
    write: (replay) => writeReplay(landing, replay),
    next: 'landfall run loads them',
  };
}

/** The whole folder or nothing: who lists the landing zone meanwhile sees a hidden name. */
async function writeReplay(landing: LandingFolder, { folder, files }: Replay): Promise<void> {
  const target = landing.path(folder);
  const draft = join(dirname(target), `.${process.pid}.part`);
  try {
    await rm(draft, { recursive: true, force: true });
    for (const [path, content] of files) {
      await mkdir(dirname(join(draft, path)), { recursive: true });
      await writeFile(join(draft, path), content);
    }
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { recursive: true, force: true }).catch(() => undefined);
    const { code, message } = error as NodeJS.ErrnoException;
    // Its name is its content's: another that wrote the same was quicker.
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return;
    const hint = 'nothing was written; free some space or check the permissions of the landing folder';
    throw new LandfallError({
      code: 'landing-unwritable',
      file: target,
      message: `can't be written: ${message}`,
      hint,
    });
  }
}
