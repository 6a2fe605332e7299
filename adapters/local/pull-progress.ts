/**
 * The pages of an unfinished pull, in the state folder: their records one after the other in one file, and a log with a
 * line a page. A page counts once its line is whole, so a pull that is killed goes on behind the last one that does.
 */

import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceApi } from '../../core/contracts/types.ts';
import { LandfallError } from '../../core/problems.ts';
import type { Fetched } from '../../core/pull/pull.ts';
import { isAlive } from './process.ts';
import { inTurn } from './warehouse/turns.ts';

/** Milliseconds after which pages are too old to go on from: what they said may not be so any more. */
const STALE = 24 * 60 * 60 * 1000;

interface LogHead {
  /** The hash of the sourceApi that the pages are of. */
  readonly source?: string;
  /** Milliseconds since 1970. */
  readonly started?: number;
}

interface LogLine {
  readonly link: string;
  /** Where the page's records end in their file, in bytes. */
  readonly end: number;
  readonly records: number;
  readonly next: string | null;
}

export class PullProgress implements Fetched {
  readonly links = new Set<string>();
  records = 0;
  next: string | null | undefined;
  private readonly folder: string;
  private readonly ends: number[] = [0];
  private log: FileHandle | undefined;
  private part: FileHandle | undefined;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** @throws LandfallError where another process pulls the same. */
  static async open(state: string, dataset: string, api: SourceApi, now: number): Promise<PullProgress> {
    const folder = folderOf(state, dataset);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const progress = new PullProgress(folder);
    await lock(join(folder, 'pid'), dataset);
    try {
      await progress.recall(api, now);
    } catch (error) {
      await progress.close();
      throw error;
    }
    return progress;
  }

  async add({ link, records, next }: Parameters<Fetched['add']>[0]): Promise<void> {
    if (this.log === undefined || this.part === undefined) throw new Error('the progress is closed');
    const bytes = Buffer.from(records.map((record) => `${record}\n`).join(''));
    await writeAll(this.part, bytes, this.ends.at(-1) ?? 0);
    await this.part.datasync();
    const line: LogLine = { link, end: (this.ends.at(-1) ?? 0) + bytes.length, records: records.length, next };
    await this.log.appendFile(`${JSON.stringify(line)}\n`);
    this.count(line);
  }

  /** The records, a page at a time. */
  async *pages(): AsyncGenerator<readonly string[]> {
    for (const [index, end] of this.ends.slice(1).entries()) {
      const start = this.ends[index] ?? 0;
      const bytes = Buffer.alloc(end - start);
      let at = 0;
      while (at < bytes.length) {
        const { bytesRead } = (await this.part?.read(bytes, at, bytes.length - at, start + at)) ?? { bytesRead: 0 };
        if (bytesRead === 0) throw new Error('the records of a page are gone');
        at += bytesRead;
      }
      yield bytes.toString('utf8').split('\n').slice(0, -1);
    }
  }

  /** Forgets the pages: the next pull begins with the first. */
  async discard(): Promise<void> {
    await this.closeFiles();
    await removePages(this.folder);
  }

  /** Keeps the pages, and lets others pull. */
  async close(): Promise<void> {
    await this.closeFiles();
    await rm(this.path('pid'), { force: true });
  }

  private path(name: string): string {
    return join(this.folder, name);
  }

  private async recall(api: SourceApi, now: number): Promise<void> {
    const source = createHash('sha256').update(JSON.stringify(api)).digest('hex');
    const text = await readFile(this.path('pages.log'), 'utf8').catch(() => '');
    const { head, known } = logOf(text);
    const age = now - (head.started ?? 0);
    const size = await stat(this.path('records.part')).then(
      (info) => info.size,
      () => 0,
    );
    const isGood = head.source === source && age >= 0 && age < STALE && (known.at(-1)?.end ?? 0) <= size;
    if (isGood) for (const line of known) this.count(line);
    const kept = isGood ? known.map((line) => JSON.stringify(line)) : [];
    const started = isGood ? head.started : now;
    await writeFile(this.path('pages.log'), `${[JSON.stringify({ source, started }), ...kept].join('\n')}\n`, {
      mode: 0o600,
    });
    this.log = await open(this.path('pages.log'), 'a', 0o600);
    this.part = await open(this.path('records.part'), isGood && size > 0 ? 'r+' : 'w+', 0o600);
  }

  private count({ link, end, records, next }: LogLine): void {
    this.links.add(link);
    this.ends.push(end);
    this.records += records;
    this.next = next;
  }

  private async closeFiles(): Promise<void> {
    await this.log?.close();
    await this.part?.close();
    this.log = undefined;
    this.part = undefined;
  }
}

/** What the log says; nothing where a line is broken, as a machine that lost its power may leave it. */
function logOf(text: string): { head: LogHead; known: readonly LogLine[] } {
  try {
    // Behind the last line end there is half a line, or nothing.
    const lines = text.split('\n').slice(0, -1);
    const [head, ...known] = lines.map((line) => JSON.parse(line) as unknown);
    if (isObject(head) && known.every(isObject)) return { head, known: known as LogLine[] };
  } catch {
    // Not JSON: as good as no log.
  }
  return { head: {}, known: [] };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Removes what an unfinished pull left: it has whatever the API gave. */
export async function forgetPages(state: string, dataset: string): Promise<void> {
  await removePages(folderOf(state, dataset));
}

function folderOf(state: string, dataset: string): string {
  return join(state, 'pull', dataset);
}

async function removePages(folder: string): Promise<void> {
  await Promise.all(['pages.log', 'records.part'].map((name) => rm(join(folder, name), { force: true })));
}

async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let at = 0;
  while (at < bytes.length) at += (await file.write(bytes, at, bytes.length - at, position + at)).bytesWritten;
}

/** One pull a data set: two would write their pages over each other. In turn, so that no two find the same lock left over. */
async function lock(path: string, dataset: string): Promise<void> {
  await inTurn(`${path}.turn`, async () => {
    const holder = Number(await readFile(path, 'utf8').catch(() => ''));
    if (holder > 0 && holder !== process.pid && isAlive(holder)) {
      const message = `the process ${holder} is pulling ${dataset} already`;
      throw new LandfallError({ code: 'pull-busy', message, hint: `wait for it; if it is no pull, remove ${path}` });
    }
    await writeFile(path, `${process.pid}`, { mode: 0o600 });
  });
}
