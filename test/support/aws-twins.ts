/** What a run asks of S3 and DynamoDB, in memory: conditional writes, events of new objects, leases that run out. */

import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { Fence, Holder, Lease, Leases } from '../../adapters/aws/ledger/types.ts';
import type { ObjectStore, PutOptions, StoredObject } from '../../adapters/aws/objects/types.ts';
import { LandfallError } from '../../core/problems.ts';

export class MemoryObjects implements ObjectStore {
  readonly bucket: string;
  /** Keys in the order in which they were written. */
  readonly written: string[] = [];
  private readonly objects = new Map<string, StoredObject & { readonly body: Buffer }>();
  private time = 0;

  constructor(bucket: string) {
    this.bucket = bucket;
  }

  async *list(prefix: string): AsyncGenerator<StoredObject> {
    for (const key of [...this.objects.keys()].filter((one) => one.startsWith(prefix)).sort()) {
      yield this.get(key);
    }
  }

  async level(prefix: string) {
    const all = [...this.objects.keys()].filter((one) => one.startsWith(prefix)).sort();
    const folders = all.flatMap((key) => /^[^/]*[/]/.exec(key.slice(prefix.length))?.[0] ?? []);
    const here = all.filter((key) => !key.slice(prefix.length).includes('/'));
    return { objects: here.map((key) => this.get(key)), folders: [...new Set(folders)].map((one) => prefix + one) };
  }

  async versions(): Promise<readonly never[]> {
    return [];
  }

  async erase(keys: readonly string[]): Promise<void> {
    await this.remove(keys);
  }

  async head(key: string): Promise<StoredObject | null> {
    return this.objects.get(key) ?? null;
  }

  async read(key: string, range?: { first: number; last: number }): Promise<Readable> {
    const { body } = this.get(key);
    return Readable.from([range === undefined ? body : body.subarray(range.first, range.last + 1)]);
  }

  async text(key: string): Promise<{ text: string; etag: string } | null> {
    const found = this.objects.get(key);
    return found === undefined ? null : { text: found.body.toString(), etag: found.etag };
  }

  async put(key: string, body: string | Uint8Array, { onlyIf }: PutOptions = {}): Promise<string | null> {
    const before = this.objects.get(key);
    if (onlyIf === 'absent' && before !== undefined) return null;
    if (typeof onlyIf === 'object' && before?.etag !== onlyIf.etag) return null;
    this.time += 1000;
    const bytes = Buffer.from(body as Uint8Array);
    const etag = createHash('md5').update(bytes).update(`${this.time}`).digest('hex');
    this.objects.set(key, { key, bytes: bytes.length, modifiedAt: this.time, etag, body: bytes });
    this.written.push(key);
    return etag;
  }

  async upload(key: string, path: string): Promise<void> {
    await this.put(key, await readFile(path));
  }

  async download(key: string, path: string): Promise<void> {
    await writeFile(path, this.get(key).body);
  }

  async remove(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.objects.delete(key);
  }

  private get(key: string) {
    const found = this.objects.get(key);
    if (found === undefined)
      throw new LandfallError({ code: 'no-such-object', message: `${this.bucket} has no ${key}` });
    return found;
  }
}

interface Held extends Lease {
  came: number;
}

export class MemoryLeases implements Leases {
  private readonly held = new Map<string, Held>();
  private readonly tokens = new Map<string, number>();
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  async holder(dataset: string): Promise<Holder | null> {
    const held = this.held.get(dataset);
    if (held === undefined || held.expiresAt <= this.now()) return null;
    const { owner, expiresAt, came } = held;
    return { owner, expiresAt, isWaitedFor: came > 0 };
  }

  async acquire(dataset: string, owner: string, ttl: number): Promise<Lease | null> {
    const now = this.now();
    const before = this.held.get(dataset);
    if (before !== undefined && before.owner !== owner && before.expiresAt > now) {
      before.came += 1;
      return null;
    }
    const token = (this.tokens.get(dataset) ?? 0) + 1;
    this.tokens.set(dataset, token);
    const lease = { dataset, owner, token, expiresAt: now + ttl };
    this.held.set(dataset, { ...lease, came: before?.came ?? 0 });
    return lease;
  }

  async renew(fence: Fence, ttl: number): Promise<Lease> {
    const { came, ...held } = this.own(fence);
    const lease = { ...held, expiresAt: this.now() + ttl };
    this.held.set(fence.dataset, { ...lease, came });
    return lease;
  }

  async release(fence: Fence, heard = 0): Promise<number> {
    if (this.held.get(fence.dataset) === undefined && this.tokens.get(fence.dataset) === fence.token) return 0;
    const { came } = this.own(fence);
    if (came !== heard) return came;
    this.held.delete(fence.dataset);
    return 0;
  }

  private own({ dataset, owner, token }: Fence): Held {
    const held = this.held.get(dataset);
    if (held?.owner === owner && held.token === token) return held;
    throw new LandfallError({ code: 'lost-lease', message: `${dataset}: its lease is not ${owner}'s any more` });
  }
}
