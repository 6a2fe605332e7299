/**
 * The pages of an unfinished pull, an object each in the lake's bucket, under `pull/<data set>/<hash of its sourceApi>/`. A
 * page is there whole or not at all, so a pull that is killed goes on behind the last one that is.
 */

import type { SourceApi } from '../../../core/contracts/types.ts';
import type { Hasher } from '../../../core/ports.ts';
import { TransientError } from '../../../core/problems.ts';
import type { Fetched } from '../../../core/pull/pull.ts';
import { removeUnder } from '../objects/sweep.ts';
import type { ObjectStore } from '../objects/types.ts';

/** Milliseconds after which pages are too old to go on from: what they said may not be so any more. */
const STALE = 24 * 60 * 60 * 1000;

interface Page {
  readonly link: string;
  readonly next: string | null;
  readonly records: readonly string[];
}

export const pullFolder = (dataset: string) => `pull/${dataset}/`;

export class BucketPages implements Fetched {
  readonly links = new Set<string>();
  records = 0;
  next: string | null | undefined;
  private readonly objects: ObjectStore;
  private readonly folder: string;

  private constructor(objects: ObjectStore, folder: string) {
    this.objects = objects;
    this.folder = folder;
  }

  /** With the pages that an earlier pull of the same source left; others are removed. */
  static async open(
    objects: ObjectStore,
    dataset: string,
    api: SourceApi,
    { hasher, now }: { readonly hasher: Hasher; readonly now: number },
  ): Promise<BucketPages> {
    const folder = `${pullFolder(dataset)}${hasher.hash(JSON.stringify(api)).slice(0, 16)}/`;
    const all = await keysOf(objects, pullFolder(dataset));
    const [first] = all.filter(({ key }) => key.startsWith(folder));
    const isGood = first !== undefined && now - first.modifiedAt < STALE;
    await objects.remove(all.map(({ key }) => key).filter((key) => !isGood || !key.startsWith(folder)));
    const pages = new BucketPages(objects, folder);
    if (isGood) for await (const page of pages.stored()) pages.count(page);
    return pages;
  }

  /** @throws TransientError `pull-busy` where another pull of the same data set keeps pages */
  async add(page: Page): Promise<void> {
    const key = `${this.folder}${String(this.links.size).padStart(6, '0')}.json`;
    const options = { contentType: 'application/json', onlyIf: 'absent' } as const;
    if ((await this.objects.put(key, JSON.stringify(page), options)) === null) {
      const message = `another pull writes s3://${this.objects.bucket}/${this.folder}`;
      throw new TransientError({ code: 'pull-busy', message, hint: 'wait for it: the next goes on from its pages' });
    }
    this.count(page);
  }

  /** The records, a page at a time. */
  async *pages(): AsyncGenerator<readonly string[]> {
    for await (const { records } of this.stored()) yield records;
  }

  /** Forgets the pages: the next pull begins with the first. */
  async discard(): Promise<void> {
    await removeUnder(this.objects, this.folder);
  }

  private async *stored(): AsyncGenerator<Page> {
    for (const { key } of await keysOf(this.objects, this.folder)) {
      const found = await this.objects.text(key);
      if (found !== null) yield JSON.parse(found.text) as Page;
    }
  }

  private count({ link, next, records }: Page): void {
    this.links.add(link);
    this.records += records.length;
    this.next = next;
  }
}

async function keysOf(objects: ObjectStore, prefix: string) {
  const found = [];
  for await (const object of objects.list(prefix)) found.push(object);
  return found;
}
