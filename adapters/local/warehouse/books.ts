/**
 * What the warehouse is known to hold, in a file inside its data folder, so that a run with nothing to publish need not
 * start the server to learn that. It is gone before anything is written and made again after the commit: where it lies,
 * it is true, and where it does not, the server is asked.
 */

import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PublishedTable } from '../../../core/warehouse/types.ts';
import { readData } from './data.ts';

export type Published = ReadonlyMap<string, PublishedTable>;

const FILE = 'landfall-published.json';

export class PublishedBooks {
  private readonly state: string;

  /** @param state the state folder */
  constructor(state: string) {
    this.state = state;
  }

  /** Null where only the server can tell; empty where there is no warehouse yet. */
  async read(): Promise<Published | null> {
    const data = await readData(this.state);
    if (data === null) return new Map();
    try {
      return new Map(JSON.parse(await readFile(join(data.path, FILE), 'utf8')) as [string, PublishedTable][]);
    } catch {
      return null;
    }
  }

  async write(published: Published): Promise<void> {
    const data = await readData(this.state);
    if (data === null) return;
    const file = join(data.path, FILE);
    await writeFile(`${file}.new`, JSON.stringify([...published]), { mode: 0o600 });
    await rename(`${file}.new`, file);
  }

  async clear(): Promise<void> {
    const data = await readData(this.state);
    if (data !== null) await rm(join(data.path, FILE), { force: true });
  }
}
