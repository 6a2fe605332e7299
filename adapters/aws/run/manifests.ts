/**
 * How one step between scheduled runs tells the next: an object in the lake's bucket, of whose creation EventBridge tells.
 * Each is `manifests/<manifest>/<data set>/<run id>.json`; run ids sort by time, so that a newer one can be told by its name.
 *
 *   landing zone -> ingest -> loaded -> aggregate -> aggregated -> cluster -> clustered -> analyse -> analysed
 *     -> publish (after a quiet window) -> done -> report
 *
 * A step that fails leaves `done`, too: what failed is in the session, and the report tells it.
 *
 * `again` is written by whoever gives back the lease of a data set of which files landed meanwhile, and goes to ingest. It
 * closes a circle, and can't turn by itself: each turn takes an event of the landing zone that found the lease taken.
 */

import { LandfallError } from '../../../core/problems.ts';

export const MANIFESTS = {
  loaded: 'manifests/loaded/',
  aggregated: 'manifests/aggregated/',
  clustered: 'manifests/clustered/',
  analysed: 'manifests/analysed/',
  done: 'manifests/done/',
  again: 'manifests/again/',
} as const;

export type Manifest = keyof typeof MANIFESTS;

/** The functions that events begin, and what each hears and leaves. */
export const STEPS = {
  ingest: { hears: 'again', leaves: 'loaded' },
  aggregate: { hears: 'loaded', leaves: 'aggregated' },
  cluster: { hears: 'aggregated', leaves: 'clustered' },
  analyse: { hears: 'clustered', leaves: 'analysed' },
  publish: { hears: 'analysed', leaves: 'done' },
  report: { hears: 'done', leaves: null },
} as const satisfies Readonly<Record<string, { hears: Manifest; leaves: Manifest | null }>>;

export type Step = keyof typeof STEPS;

export interface Told {
  readonly manifest: Manifest;
  /** Hyphenated. */
  readonly dataset: string;
  readonly runId: string;
}

export function manifestKey({ manifest, dataset, runId }: Told): string {
  return `${MANIFESTS[manifest]}${dataset}/${runId}.json`;
}

/** @throws LandfallError `no-manifest` */
export function toldBy(key: string): Told {
  const [, manifest = '', dataset, runId] = /^manifests\/([a-z]+)\/([^/]+)\/([^/]+)\.json$/.exec(key) ?? [];
  if (!Object.hasOwn(MANIFESTS, manifest) || dataset === undefined || runId === undefined) {
    const message = `${key}: expected manifests/<${Object.keys(MANIFESTS).join('|')}>/<data set>/<run id>.json`;
    throw new LandfallError({ code: 'no-manifest', message });
  }
  return { manifest: manifest as Manifest, dataset, runId };
}
