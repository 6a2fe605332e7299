/** A folder as the landing zone. */

import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import type { Inspection, LandedFile, LandingZone } from '../../core/ports.ts';
import { LandfallError, type Problem } from '../../core/problems.ts';
import type { Unclaimed } from '../../core/strays.ts';
import { hashOf, LONGEST_LINE } from './content.mjs';
import { ContentReaders } from './content-readers.ts';
import type { FileSource } from './lake/settled.ts';
import { fingerprint, walk } from './landing-walk.ts';
import { hasReturns, markReturns } from './line-ends.ts';
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
    const [inspection, whole] = await this.look(file);
    if (!whole) await this.settled(file);
    const problem = await this.changed(file);
    return problem === null ? inspection : { readable: 'later', problem };
  }

  /** Why the file is no longer what was listed; null where it is. */
  async changed(file: LandedFile): Promise<Problem | null> {
    const info = await stat(this.path(file.key)).catch(() => null);
    if (info !== null && fingerprint(info) === file.fingerprint) return null;
    const what = info === null ? 'went away' : 'changed';
    const hint = 'write it under a name that ends in .part and rename it once it is whole';
    const message = `${what} while the run was reading: left for the next run`;
    return { code: 'file-changing', file: file.key, message, ...(info === null ? {} : { hint }) };
  }

  /** What ends in the middle and was written to just now may still be growing: the eye stays on it for a moment. */
  private async settled({ modifiedAt }: LandedFile): Promise<void> {
    const age = Date.now() - modifiedAt;
    if (age >= 0 && age < STILL) await sleep(STILL - age);
  }

  /** The second of the two tells whether the file ends as a whole one does. */
  private async look(file: LandedFile): Promise<[Inspection, boolean]> {
    const path = this.path(file.key);
    const { key } = file;
    try {
      const content = await this.readers.read(path, key.endsWith('.gz'));
      const { contentHash, head, longLine, openQuote, plain, ended } = content;
      if (head.length === 0) {
        const expected = isJson(key) ? 'a JSON object a line' : 'a header and rows';
        return [refused(contentHash, key, 'empty-file', `an empty file, expected ${expected}`), false];
      }
      if (longLine) {
        const message = `a line is longer than ${LONGEST_LINE / 1024 / 1024} MB`;
        return [refused(contentHash, key, 'line-too-long', message, 'a quote or a line end may be missing'), true];
      }
      const text = textOf(Buffer.from(head.buffer, head.byteOffset, head.length));
      if (text === null) {
        const message = `not a text file in UTF-8, expected ${isJson(key) ? 'JSON lines' : 'CSV'}`;
        return [refused(contentHash, key, 'not-text', message), ended];
      }
      return [{ readable: true, contentHash, head: text, openQuote, plain }, ended];
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code?.startsWith('Z_')) {
        const what = `cut off or damaged gzip (${message})`;
        return [refused(await hashOf(path), key, 'broken-gzip', what, 'drop it again, whole'), false];
      }
      const problem: Problem = {
        code: 'file-unreadable',
        file: key,
        message: `can't be read: ${message}`,
        hint: 'check its permissions; the next run tries again',
      };
      return [{ readable: false, contentHash: null, problem }, true];
    }
  }

  path(key: string): string {
    return join(this.root, ...key.split('/'));
  }

  async pathOf(file: LandedFile, plain: boolean): Promise<string> {
    return plain ? this.plainPath(file.key) : this.path(file.key);
  }

  /** The path of a file as the careful reader takes it: unpacked, its carriage returns marked. */
  private async plainPath(key: string): Promise<string> {
    const packed = key.endsWith('.gz');
    const path = this.path(key);
    if (!packed && !(await hasReturns(path))) return path;
    await mkdir(this.scratch, { recursive: true });
    const copy = join(this.scratch, `${createHash('sha256').update(key).digest('hex').slice(0, 16)}.csv`);
    const unpacked = packed ? createReadStream(path).pipe(createGunzip()) : createReadStream(path);
    await pipeline(unpacked, markReturns, createWriteStream(copy, { mode: 0o600 }));
    return copy;
  }
}

const isJson = (key: string) => /[.]ndjson([.]gz)?$/.test(key);

/** Null where the bytes hold what no text does. Single bytes that are not UTF-8 are a row's fault, not the file's. */
function textOf(head: Buffer): string | null {
  const firstLine = head.subarray(0, Math.max(0, head.indexOf(0x0a)) || head.length);
  if (head.includes(0) && firstLine.includes(0)) return null;
  const text = head.toString('utf8');
  const sample = head.subarray(0, 4096);
  const controls = sample.filter((byte) => byte < 0x09 || (byte > 0x0d && byte < 0x20)).length;
  const undecodable = sample.toString('utf8').split('\ufffd').length - 1;
  return controls + undecodable > 0.1 * sample.length ? null : text;
}

function refused(contentHash: string, file: string, code: string, message: string, hint?: string): Inspection {
  const problem: Problem = hint === undefined ? { code, file, message } : { code, file, message, hint };
  return { readable: false, contentHash, problem };
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
