/** A bucket as the landing zone. */

import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { constants, gunzip } from 'node:zlib';
import type { Inspection, LandedFile, LandingZone } from '../../../core/landed.ts';
import { LandfallError, type Problem, TransientError } from '../../../core/problems.ts';
import type { Unclaimed } from '../../../core/strays.ts';
import { HEAD_BYTES } from '../../shared/content.mjs';
import { brokenGzip, changing, inspectContent, inspectFile, unreadable } from '../../shared/inspect.ts';
import type { LandedSource } from '../lake/load/types.ts';
import type { ObjectStore } from '../objects/types.ts';
import { etagOf, landedFiles, unclaimedIn } from './listing.ts';
import { Scratch } from './scratch.ts';

export interface LandingBucketOptions {
  readonly objects: ObjectStore;
  /** A folder of its own; it is emptied at first. */
  readonly scratch: string;
  /** Bytes of an object as it lies, packed or not, above which only its beginning is read: it is the bulk job's. */
  readonly largeBytes: number;
  /** Bytes of landed objects on the disk at once; 4 GiB by default. */
  readonly scratchBytes?: number;
}

const SCRATCH_BYTES = 4 * 1024 ** 3;

export class LandingBucket implements LandingZone, LandedSource {
  private readonly objects: ObjectStore;
  private readonly scratch: Scratch;
  private readonly largeBytes: number;
  /** What a load wanted and was not there any more as it was listed. */
  private readonly gone = new Map<string, Problem>();
  /** What a load has a copy of. */
  private readonly copied = new Set<string>();

  constructor({ objects, scratch, largeBytes, scratchBytes = SCRATCH_BYTES }: LandingBucketOptions) {
    this.objects = objects;
    this.scratch = new Scratch(objects, scratch, scratchBytes);
    this.largeBytes = largeBytes;
  }

  async list(dataset: string): Promise<readonly LandedFile[]> {
    return landedFiles(this.objects.list(`${dataset}/`));
  }

  async unclaimed(datasets: readonly string[]): Promise<readonly Unclaimed[]> {
    return unclaimedIn(await this.objects.level(''), datasets, (folder) => this.objects.list(folder));
  }

  /** A function has few threads, and waits for the line. */
  expect(): void {}

  async inspect(file: LandedFile): Promise<Inspection> {
    try {
      if (file.bytes > this.largeBytes) return await this.inspectHead(file);
      const { inspection } = await this.scratch.look(file, (path) => inspectFile(file.key, path));
      return inspection;
    } catch (error) {
      const problem = whyChanged(file, error);
      if (problem !== null) return { readable: 'later', problem };
      if (!(error instanceof LandfallError) || error instanceof TransientError || isOurs(error)) throw error;
      const why = error.problems.map(({ message }) => message).join('; ');
      return unreadable(
        file.key,
        why,
        "check that it isn't archived, and who may decrypt it; the next run tries again",
      );
    }
  }

  /** Where the object is not what was listed any more, a path of nothing: `changed` tells why. */
  async pathOf(file: LandedFile, plain: boolean): Promise<string> {
    try {
      const path = await this.scratch.load(file, plain);
      this.copied.add(file.key);
      return path;
    } catch (error) {
      const problem = whyChanged(file, error);
      if (problem === null) throw error;
      this.gone.set(file.key, problem);
      return this.scratch.nowhere();
    }
  }

  /** What was fetched was what was listed, and no later version changes the copy; others have read the object itself. */
  async changed(file: LandedFile): Promise<Problem | null> {
    const { key } = file;
    if (this.copied.has(key) || this.gone.has(key)) return this.gone.get(key) ?? null;
    const now = await this.objects.head(key);
    if (now === null) return changing(key, 'went away');
    return now.etag === etagOf(file) ? null : changing(key, 'changed');
  }

  addressOf({ key }: LandedFile): string {
    return `s3://${this.objects.bucket}/${key}`;
  }

  async release(files: readonly LandedFile[]): Promise<void> {
    for (const file of files) {
      this.gone.delete(file.key);
      this.copied.delete(file.key);
      await this.scratch.release(file);
    }
  }

  /** Nothing is known of what follows the beginning, so nothing good is said of it. */
  private async inspectHead(file: LandedFile): Promise<Inspection> {
    const contentHash = `etag:${etagOf(file)}`;
    const range = { first: 0, last: HEAD_BYTES - 1 };
    const bytes = await buffer(await this.objects.read(file.key, range, etagOf(file)));
    try {
      const head = file.key.endsWith('.gz') ? await unpackedHead(bytes) : bytes;
      const content = { contentHash, head: new Uint8Array(head), longLine: false, ended: true };
      return inspectContent(file.key, { ...content, openQuote: true, plain: false }).inspection;
    } catch (error) {
      return brokenGzip(file.key, contentHash, (error as Error).message);
    }
  }
}

/** It is cut off in the middle, which is no damage. */
async function unpackedHead(bytes: Buffer): Promise<Buffer> {
  const unpacked = await promisify(gunzip)(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  return unpacked.subarray(0, HEAD_BYTES);
}

/** Null where that isn't it. */
function whyChanged({ key }: LandedFile, error: unknown): Problem | null {
  if (!(error instanceof LandfallError)) return null;
  const codes = error.problems.map(({ code }) => code);
  if (codes.includes('object-changed')) return changing(key, 'changed');
  return codes.includes('no-such-object') ? changing(key, 'went away') : null;
}

/** Nothing of the file's. */
const isOurs = ({ problems }: LandfallError) => problems.some(({ code }) => code === 'disk-full');
