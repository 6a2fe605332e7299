/** Folders that hold the same files: DuckDB's binding is 70 MB, and nearly every function has it. */

import { constants, copyFile, link, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Gives a folder's files to another one: as hard links, which take no room, or as copies where the disk has no such links
 * or the two stand on different disks. Nothing may be written into the files afterwards.
 *
 * @throws Error where one of them is there already
 */
export async function giveFiles(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  const entries = await readdir(from, { withFileTypes: true });
  await Promise.all(
    entries.map((entry) => {
      const [own, other] = [join(from, entry.name), join(to, entry.name)];
      return entry.isDirectory()
        ? giveFiles(own, other)
        : link(own, other).catch(() => copyFile(own, other, constants.COPYFILE_EXCL));
    }),
  );
}
