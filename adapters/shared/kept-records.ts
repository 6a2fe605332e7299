/** Which records of a pull are landed, and how they are written. */

import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { keyOf } from '../../core/pull/page.ts';

export interface Counts {
  readonly records: number;
  /** Records that a later page, or the same, had again. */
  readonly repeated: number;
}

export interface Kept extends Counts {
  /** By their places among all. */
  readonly places: ReadonlySet<number>;
}

/** Gives the same pages each time. */
type Pages = () => AsyncIterable<readonly string[]>;

/**
 * Of records with one key the last stays, for it came last: pages move while they are read.
 *
 * @param keyPath the path of the key in a record; none is a repeat without it
 */
export async function keptRecords(pages: Pages, keyPath: string | undefined): Promise<Kept> {
  const last = new Map<string, number>();
  let count = 0;
  for await (const page of pages()) {
    for (const record of page) {
      const key = keyPath === undefined ? undefined : keyOf(record, keyPath);
      last.set(key ?? `#${count}`, count);
      count++;
    }
  }
  const places = new Set(last.values());
  return { records: places.size, repeated: count - places.size, places };
}

/** Writes them line by line. @returns the hash of what was written */
export async function writeKept(path: string, pages: Pages, { places }: Kept): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path, 'w');
  try {
    let at = 0;
    for await (const page of pages()) {
      const text = page
        .filter(() => places.has(at++))
        .map((record) => `${record}\n`)
        .join('');
      hash.update(text);
      await file.appendFile(text);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}
