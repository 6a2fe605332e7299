/** A folder as the landing zone. */

import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, type Stats } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Inspection, LandedFile, LandingZone } from '../../core/ports.ts';
import { LandfallError, type Problem } from '../../core/problems.ts';
import { hashOf, LONGEST_LINE } from './content.mjs';
import { ContentReaders } from './content-readers.ts';

export class LandingFolder implements LandingZone {
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
    const files: LandedFile[] = [];
    await this.walk(dataset, files);
    return files.sort((a, b) => a.modifiedAt - b.modifiedAt || (a.key < b.key ? -1 : 1));
  }

  expect(files: readonly LandedFile[]): void {
    this.readers.expect(files.reduce((sum, { bytes }) => sum + bytes, 0));
  }

  close(): void {
    this.readers.close();
  }

  async inspect(file: LandedFile): Promise<Inspection> {
    const path = this.path(file.key);
    try {
      const { contentHash, head, longLine, openQuote, plain } = await this.readers.read(path, file.key.endsWith('.gz'));
      if (head.length === 0)
        return refused(contentHash, file.key, 'empty-file', 'an empty file, expected a header and rows');
      if (longLine) {
        const most = `${LONGEST_LINE / 1024 / 1024} MB`;
        return refused(
          contentHash,
          file.key,
          'line-too-long',
          `a line is longer than ${most}`,
          'a quote or a line end may be missing',
        );
      }
      const text = textOf(Buffer.from(head.buffer, head.byteOffset, head.length));
      if (text === null) return refused(contentHash, file.key, 'not-text', 'not a text file in UTF-8, expected CSV');
      return { readable: true, contentHash, head: text, openQuote, plain };
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code?.startsWith('Z_')) {
        const contentHash = await hashOf(path);
        return refused(
          contentHash,
          file.key,
          'broken-gzip',
          `cut off or damaged gzip (${message})`,
          'drop it again, whole',
        );
      }
      const problem: Problem = {
        code: 'file-unreadable',
        file: file.key,
        message: `can't be read: ${message}`,
        hint: 'check its permissions; the next run tries again',
      };
      return { readable: false, contentHash: null, problem };
    }
  }

  path(key: string): string {
    return join(this.root, ...key.split('/'));
  }

  /** The path of a file's unpacked bytes, which for a `.gz` is a copy. */
  async plainPath(key: string): Promise<string> {
    if (!key.endsWith('.gz')) return this.path(key);
    await mkdir(this.scratch, { recursive: true });
    const copy = join(this.scratch, `${createHash('sha256').update(key).digest('hex').slice(0, 16)}.csv`);
    await pipeline(createReadStream(this.path(key)), createGunzip(), createWriteStream(copy, { mode: 0o600 }));
    return copy;
  }

  private async walk(prefix: string, files: LandedFile[]): Promise<void> {
    const entries = await readdir(this.path(prefix), { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw unreadable(this.path(prefix), error);
    });
    for (const { name } of entries.filter((entry) => !entry.name.startsWith('.'))) {
      const key = `${prefix}/${name}`;
      // A file may go between the listing and here.
      const info = await stat(this.path(key), { bigint: false }).catch(() => null);
      if (info === null) continue;
      if (info.isDirectory()) await this.walk(key, files);
      else if (info.isFile())
        files.push({ key, bytes: info.size, modifiedAt: Math.floor(info.mtimeMs), fingerprint: fingerprint(info) });
    }
  }
}

function fingerprint(info: Stats): string {
  return [info.size, info.mtimeMs, info.ctimeMs, info.ino].join('-');
}

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
