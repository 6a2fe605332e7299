/**
 * Landed objects on a function's own disk: each comes once while there is room for it, and no more of them lie there than
 * the disk is to hold.
 */

import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { LandedFile } from '../../../core/landed.ts';
import { LandfallError } from '../../../core/problems.ts';
import { copyPath, plainCopy } from '../../duckdb/line-ends.ts';
import type { ObjectStore } from '../objects/types.ts';
import { etagOf } from './listing.ts';

interface Held {
  readonly path: string;
  readonly bytes: number;
  readonly ready: Promise<void>;
  /** How many look at it just now. */
  lookers: number;
  /** Whether a load reads it, until it says that it is done. */
  isLoading: boolean;
}

export class Scratch {
  private readonly objects: ObjectStore;
  private readonly folder: string;
  private readonly room: number;
  /** By key and fingerprint; the one that was used last comes last. */
  private readonly held = new Map<string, Held>();
  private used = 0;
  private fresh: Promise<void> | undefined;
  private waiting: (() => void)[] = [];

  /** @param folder of its own: what a killed function left there goes @param room bytes, as they lie in the bucket */
  constructor(objects: ObjectStore, folder: string, room: number) {
    this.objects = objects;
    this.folder = folder;
    this.room = room;
  }

  /** Hands the path of a file's bytes to `work`; they stay while there is room. @throws what `ObjectStore.download` throws */
  async look<Result>(file: LandedFile, work: (path: string) => Promise<Result>): Promise<Result> {
    const held = await this.hold(file, (one) => {
      one.lookers += 1;
    });
    try {
      await held.ready;
      return await work(held.path);
    } finally {
      held.lookers -= 1;
      this.wake();
    }
  }

  /** The path of a file's bytes, which stay until `release`; with `plain` as the careful reader takes them. */
  async load(file: LandedFile, plain: boolean): Promise<string> {
    const held = await this.hold(file, (one) => {
      one.isLoading = true;
    });
    await held.ready;
    return plain ? plainCopy(held.path, file.key, this.folder) : held.path;
  }

  async release(file: LandedFile): Promise<void> {
    await rm(copyPath(file.key, this.folder), { force: true });
    const held = this.held.get(idOf(file));
    if (held === undefined) return;
    held.isLoading = false;
    if (held.lookers === 0) await this.remove(idOf(file), held);
    this.wake();
  }

  /** Where nothing lies. */
  nowhere(): string {
    return join(this.folder, 'gone');
  }

  /** @param mark is done before anything else can ask for room */
  private async hold(file: LandedFile, mark: (held: Held) => void): Promise<Held> {
    this.fresh ??= this.clear();
    await this.fresh;
    const id = idOf(file);
    for (;;) {
      const known = this.held.get(id);
      this.held.delete(id);
      if (known !== undefined || this.used + file.bytes <= this.room) {
        const held = known ?? this.fetch(id, file);
        this.held.set(id, held);
        mark(held);
        return held;
      }
      await this.makeRoom(file);
    }
  }

  private fetch(id: string, file: LandedFile): Held {
    const path = join(this.folder, `${hash(id)}${file.key.endsWith('.gz') ? '.gz' : ''}`);
    const ready = this.objects.download(file.key, path, etagOf(file));
    const held = { path, bytes: file.bytes, ready, lookers: 0, isLoading: false };
    this.used += file.bytes;
    ready.catch(() => this.remove(id, held));
    return held;
  }

  /** Whether it did, the caller sees for itself: others ask for room, too. */
  private async makeRoom({ key, bytes }: LandedFile): Promise<void> {
    const idle = [...this.held].find(([, { lookers, isLoading }]) => lookers === 0 && !isLoading);
    if (idle !== undefined) return this.remove(...idle);
    if ([...this.held.values()].some(({ lookers }) => lookers > 0)) {
      return new Promise((resolve) => this.waiting.push(resolve));
    }
    const message = `${bytes} bytes do not fit beside ${this.used} that are being loaded, for there is room for ${this.room}`;
    const hint = 'load fewer files at once, or give the function more of /tmp';
    throw new LandfallError({ code: 'disk-full', file: key, message, hint });
  }

  private async remove(id: string, held: Held): Promise<void> {
    if (this.held.get(id) !== held) return;
    this.held.delete(id);
    this.used -= held.bytes;
    await rm(held.path, { force: true });
    this.wake();
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  private async clear(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
  }
}

const idOf = ({ key, fingerprint }: LandedFile) => `${fingerprint} ${key}`;
const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 24);
