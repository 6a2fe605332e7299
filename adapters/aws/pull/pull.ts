/** Fetches a data set from its API into the landing bucket: whole, under a name of its own, and only where it is news. */

import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { SourceApi } from '../../../core/contracts/types.ts';
import type { Clock, Hasher } from '../../../core/ports.ts';
import { LandfallError, TransientError } from '../../../core/problems.ts';
import type { HttpSource } from '../../../core/pull/fetch-page.ts';
import { fileName, newestName } from '../../../core/pull/file-name.ts';
import { fetchAll } from '../../../core/pull/pull.ts';
import { type Counts, keptRecords, writeKept } from '../../shared/kept-records.ts';
import type { ObjectStore } from '../objects/types.ts';
import { BucketPages } from './pages.ts';

export interface PullHome {
  readonly landing: ObjectStore;
  readonly lake: ObjectStore;
  readonly http: HttpSource;
  readonly clock: Clock;
  readonly hasher: Hasher;
  sleep(milliseconds: number): Promise<void>;
}

export interface Pulled extends Counts {
  readonly pages: number;
  /** Pages that an earlier pull had fetched. */
  readonly resumed: number;
  /** The key; null where the last pull's has the same content, or there are no records. */
  readonly key: string | null;
}

/** @throws LandfallError as `fetchAll`; after a TransientError the next pull goes on from the same pages */
export async function pull(home: PullHome, dataset: string, api: SourceApi): Promise<Pulled> {
  const { lake, clock, hasher, http, sleep } = home;
  const fetched = await BucketPages.open(lake, dataset, api, { hasher, now: clock.now() });
  const resumed = fetched.links.size;
  try {
    const line = { http, sleep, now: () => clock.now(), unit: () => Math.random(), onWait: () => undefined };
    await fetchAll(api, fetched, line, () => undefined);
    const landed = await land(home, `${[dataset, ...api.prefix.split('/')].filter(Boolean).join('/')}/`, fetched, api);
    await fetched.discard();
    return { pages: fetched.links.size, resumed, ...landed };
  } catch (error) {
    // What another try would meet again is no place to go on from.
    if (error instanceof LandfallError && !(error instanceof TransientError)) await fetched.discard();
    throw error;
  }
}

async function land({ landing, clock }: PullHome, folder: string, fetched: BucketPages, api: SourceApi) {
  const kept = await keptRecords(() => fetched.pages(), api.key);
  const { places: _, ...counts } = kept;
  if (kept.records === 0) return { ...counts, key: null };
  const scratch = await mkdtemp(join(tmpdir(), 'landfall-pull-'));
  try {
    const draft = join(scratch, 'records');
    const hash = await writeKept(draft, () => fetched.pages(), kept);
    if ((await newestHash(landing, folder)) === hash) return { ...counts, key: null };
    const key = await freeName(landing, folder, clock.now());
    await landing.upload(key, draft);
    return { ...counts, key };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Null where nothing was pulled before. */
async function newestHash(landing: ObjectStore, folder: string): Promise<string | null> {
  const names: string[] = [];
  for await (const { key } of landing.list(folder)) names.push(key.slice(folder.length));
  const newest = newestName(names);
  if (newest === undefined) return null;
  const hash = createHash('sha256');
  await pipeline(await landing.read(`${folder}${newest}`), hash);
  return hash.digest('hex');
}

/** Never another file's: where there is one already, it is the second of that second. */
async function freeName(landing: ObjectStore, folder: string, now: number): Promise<string> {
  for (let nth = 1; ; nth++) {
    const key = `${folder}${fileName(now, nth)}`;
    if ((await landing.head(key)) === null) return key;
  }
}
