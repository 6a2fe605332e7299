/** A folder as the landing zone. */

import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Inspection, LandedFile, LandingZone } from '../../core/ports.ts';
import { LandfallError, type Problem } from '../../core/problems.ts';
import type { Unclaimed } from '../../core/strays.ts';
import { copyPath, plainCopy } from '../duckdb/line-ends.ts';
import type { FileSource } from '../duckdb/settled.ts';
import { changing, inspectFile } from '../shared/inspect.ts';
import { ContentReaders } from './content-readers.ts';
import { fingerprint, walk } from './landing-walk.ts';
import { unclaimedIn } from './unclaimed.ts';

/** Milliseconds after which a file that nobody writes to is taken for whole, however it ends. */
const STILL = 1000;

const readWhereNothingLands = async ({ key }: LandedFile): Promise<never> => {
  throw new Error(`${key} is read where nothing lands`);
};

/** For work that loads nothing. */
export const nothingLands: LandingZone & FileSource = {
  list: async () => [],
  unclaimed: async () => [],
  expect: () => undefined,
  inspect: readWhereNothingLands,
  pathOf: readWhereNothingLands,
  changed: readWhereNothingLands,
  release: async () => undefined,
};

export class LandingFolder implements LandingZone, FileSource {
  private readonly root: string;
  /** For unpacked copies; emptied by whoever owns it. */
  private readonly scratch: string;
  private readonly readers = new ContentReaders();

  constructor(root: string, scratch: string) {
    this.root = root;
    this.scratch = scratch;
  }

  /** @throws LandfallError exit code 2 where there is no such folder, 1 where it can't be read. */
  async check(): Promise<void> {
    const info = await stat(this.root).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') throw noFolder(this.root);
      throw unreadable(this.root, error);
    });
    if (!info.isDirectory()) {
      throw new LandfallError({
        code: 'landing-unreadable',
        file: this.root,
        message: 'expected a folder, found a file',
      });
    }
    await readdir(this.root).catch((error: NodeJS.ErrnoException) => {
      throw unreadable(this.root, error);
    });
  }

  async list(dataset: string): Promise<readonly LandedFile[]> {
    const files = await walk(this.root, dataset).catch((error: NodeJS.ErrnoException) => {
      throw unreadable(error.path ?? this.root, error);
    });
    return files.sort((a, b) => a.modifiedAt - b.modifiedAt || (a.key < b.key ? -1 : 1));
  }

  async unclaimed(datasets: readonly string[]): Promise<readonly Unclaimed[]> {
    return unclaimedIn(this.root, datasets).catch((error: NodeJS.ErrnoException) => {
      throw unreadable(this.root, error);
    });
  }

  expect(files: readonly LandedFile[]): void {
    this.readers.expect(files.reduce((sum, { bytes }) => sum + bytes, 0));
  }

  close(): void {
    this.readers.close();
  }

  async inspect(file: LandedFile): Promise<Inspection> {
    const read = (path: string, packed: boolean) => this.readers.read(path, packed);
    const { inspection, isWhole } = await inspectFile(file.key, this.path(file.key), read);
    if (!isWhole) await this.settled(file);
    const problem = await this.changed(file);
    return problem === null ? inspection : { readable: 'later', problem };
  }

  /** Why the file is no longer what was listed; null where it is. */
  async changed(file: LandedFile): Promise<Problem | null> {
    const info = await stat(this.path(file.key)).catch(() => null);
    if (info !== null && fingerprint(info) === file.fingerprint) return null;
    if (info === null) return changing(file.key, 'went away');
    return changing(file.key, 'changed', 'write it under a name that ends in .part and rename it once it is whole');
  }

  /** What ends in the middle and was written to just now may still be growing: the eye stays on it for a moment. */
  private async settled({ modifiedAt }: LandedFile): Promise<void> {
    const age = Date.now() - modifiedAt;
    if (age >= 0 && age < STILL) await sleep(STILL - age);
  }

  path(key: string): string {
    return join(this.root, ...key.split('/'));
  }

  async pathOf({ key }: LandedFile, plain: boolean): Promise<string> {
    return plain ? plainCopy(this.path(key), key, this.scratch) : this.path(key);
  }

  async release(files: readonly LandedFile[]): Promise<void> {
    for (const { key } of files) await rm(copyPath(key, this.scratch), { force: true });
  }
}

function noFolder(root: string): LandfallError {
  const hint = 'make it and drop files into <data set>/…, or name another with --landing';
  return new LandfallError({ code: 'no-landing', file: root, message: 'there is no such landing folder', hint }, 2);
}

function unreadable(path: string, error: NodeJS.ErrnoException): LandfallError {
  return new LandfallError({
    code: 'landing-unreadable',
    file: path,
    message: `the landing folder can't be read: ${error.code ?? error.message}`,
    hint: 'check its permissions',
  });
}
