/**
 * The round of a data set that files landed of: what is new is planned, loaded and held against its rules, under the data
 * set's lease. The ledger alone tells what is new, so an event that comes twice, late or out of order finds nothing to do;
 * a record of events that were seen would only say that one was, not that its file was loaded.
 */

import { evolvedContract } from '../../../core/contracts/drift/evolve.ts';
import type { Contract } from '../../../core/contracts/types.ts';
import { unpackedBytes } from '../../../core/pipeline/headers.ts';
import { listDataset } from '../../../core/pipeline/listing.ts';
import type { LandedFile } from '../../../core/ports.ts';
import type { Lease } from '../ledger/types.ts';
import { LEASE_MS, type RunHome } from './home.ts';
import { giveBack } from './lease.ts';
import { Run } from './run.ts';
import { endStep } from './step.ts';
import { RunStore } from './store.ts';

export interface IngestHome extends RunHome {
  /** New files of a data set that come to this many bytes, unpacked, are the state machine's. */
  readonly largeBytes: number;
  /** Begins a scheduled run's work for one data set. @param name the same for the same files: they are begun once */
  startMachine(dataset: string, name: string): Promise<void>;
}

/** What became of a data set's events. `waits`: whoever has the lease goes round again. */
export type Ingested = 'loaded' | 'nothing' | 'waits' | 'machine' | 'failed';

/** An event's own run, should it begin one; `isRepeated` where it may have begun it already. */
export interface Begun {
  readonly runId: string;
  readonly isRepeated: boolean;
  /** The run that asked for another round; none where a file landed. */
  readonly after?: string;
}

/**
 * @param begun the runs of the events that are of the data set
 * @throws TransientError where something was busy: a run that these events began is gone on with when they come again
 */
export async function ingest(home: IngestHome, dataset: string, begun: readonly Begun[]): Promise<Ingested> {
  const known = await unfinished(home, dataset, begun);
  if (known !== null) {
    const became = await load(known, dataset);
    // It was planned before they came.
    const others = begun.filter(({ runId }) => runId !== known.runId);
    if (others.length > 0) await ingest(home, dataset, others);
    return became;
  }
  const first = await unbegun(home, begun);
  const contract = home.source.contracts.find((one) => one.dataset === dataset);
  if (first === undefined || contract === undefined) return 'nothing';
  const lease = await leaseFor(home, dataset, first, begun);
  if (lease === null) return 'waits';
  const runId = lease.owner;
  const found = await look(home, contract, lease, begun).catch(async (error: unknown) => {
    // Else the next try, under another event's name, would leave it to this one.
    await giveBack(home, lease, runId);
    throw error;
  });
  if (found.kind !== 'new') {
    if (found.kind === 'large') await home.startMachine(dataset, found.name);
    await giveBack(home, lease, runId);
    return found.kind === 'large' ? 'machine' : 'nothing';
  }
  const options = { runId, datasets: [dataset], full: false };
  const run = await Run.begin(home, { ...options, bulkBytes: Number.MAX_SAFE_INTEGER }, [lease]);
  return load(run, dataset);
}

/** A run that one of these events began, and that a function did not bring to its end. */
async function unfinished(home: RunHome, dataset: string, begun: readonly Begun[]): Promise<Run | null> {
  for (const { runId, isRepeated } of begun) {
    const run = isRepeated ? await Run.open(home, runId) : null;
    if (run === null || !run.session.options.datasets.includes(dataset)) continue;
    if (run.left === null) return run;
    await run.tellLeft(dataset);
  }
  return null;
}

/**
 * The event whose run a round may be. Of one that came before there is a run: what else there is for it to do has an event
 * of its own. By what was asked of it a round is known again, a landing is by its file.
 */
async function unbegun(home: RunHome, begun: readonly Begun[]): Promise<Begun | undefined> {
  const isAsked = ({ after }: Begun) => after !== undefined;
  for (const one of [...begun.filter(isAsked), ...begun.filter((other) => !isAsked(other))])
    if (!(await hasRun(home, one))) return one;
  return undefined;
}

const hasRun = ({ objects }: RunHome, { runId }: Begun) => new RunStore(objects).has(runId);

/** Null where another works on the data set. What was killed as it looked under the name of one of these events does not. */
async function leaseFor(home: RunHome, dataset: string, first: Begun, begun: readonly Begun[]): Promise<Lease | null> {
  const { leases } = home;
  const lease = await leases.acquire(dataset, first.runId, LEASE_MS);
  if (lease !== null) return lease;
  const holder = await leases.holder(dataset);
  const own = begun.find(({ runId, isRepeated }) => isRepeated && runId === holder?.owner);
  return own === undefined || (await hasRun(home, own)) ? null : leases.acquire(dataset, own.runId, LEASE_MS);
}

type Found = { readonly kind: 'nothing' | 'new' } | { readonly kind: 'large'; readonly name: string };

/** Before there is a run: most events find nothing, for others came with them. */
async function look(home: IngestHome, contract: Contract, fence: Lease, begun: readonly Begun[]): Promise<Found> {
  const place = await home.open({ runId: fence.owner, name: 'look', fence });
  const { lake, hasher } = place.ports;
  try {
    const evolved = evolvedContract(contract, await lake.learnt());
    const { candidates } = await listDataset(place.ports, evolved, { full: false });
    const files = candidates.map(({ file }) => file);
    if (unpackedBytes(files) >= home.largeBytes) {
      return { kind: 'large', name: `${contract.dataset}-${hasher.hash(asText(files)).slice(0, 16)}` };
    }
    if (files.length > 0 || (await isLeftBehind(home, contract.dataset, begun))) return { kind: 'new' };
    return { kind: 'nothing' };
  } finally {
    await place.close();
  }
}

/**
 * Whether a run asked for this round that left the data set behind what was loaded: its models, or what whoever came in vain
 * meanwhile had left to it. Once: of an event that comes again the round has a run already.
 */
async function isLeftBehind(home: RunHome, dataset: string, begun: readonly Begun[]): Promise<boolean> {
  const store = new RunStore(home.objects);
  const isAsked = async (one: Begun) => {
    const before = one.after === undefined ? null : await store.read(one.after);
    const isBehind =
      before?.stored.left === 'abandoned' ||
      before?.stored.session.datasets.some((other) => other.dataset === dataset && other.failed) === true;
    return isBehind && !(await hasRun(home, one));
  };
  return (await Promise.all(begun.map(isAsked))).includes(true);
}

const asText = (files: readonly LandedFile[]) =>
  files
    .map(({ key, fingerprint }) => `${key} ${fingerprint}`)
    .sort()
    .join('\n');

/** Goes on behind the last task that was done. */
async function load(run: Run, dataset: string): Promise<Ingested> {
  const input = { run_id: run.runId, dataset };
  const own = () => run.session.datasets.find((entry) => entry.dataset === dataset);
  const ended = await endStep(run, dataset, async () => {
    if (run.session.project === null) await run.perform('Plan', {});
    if (own()?.plan == null) {
      const { crawl, crawler } = await run.perform('CheckHeaders', input);
      if (crawl) await run.perform('StartCrawler', { Name: crawler });
    }
    for (const { table, files, refusals } of own()?.plan?.tables ?? []) {
      const isLoaded = own()?.loads.some(([name]) => name === table);
      if (files.length + refusals.length > 0 && isLoaded !== true) {
        await run.perform('LoadBatch', { ...input, batch: { table } });
      }
    }
    if (own()?.checked !== true) await run.perform('CheckQuality', input);
    if (run.session.changes.length > 0) return 'loaded';
    await run.release(dataset);
    return 'done';
  });
  return ended === 'loaded' ? 'loaded' : own()?.failed === true ? 'failed' : 'nothing';
}
