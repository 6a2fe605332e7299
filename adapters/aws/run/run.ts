/** A run whose tasks share nothing: each thaws the session, works, and leaves it frozen for the next. */

import { type FrozenSession, freeze, thaw } from '../../../core/pipeline/frozen-session.ts';
import {
  failedTask,
  newSession,
  type RunOptions,
  type Session,
  type StateTime,
  TRIED_AGAIN,
} from '../../../core/pipeline/session.ts';
import { type Tasks, tasksOf } from '../../../core/pipeline/tasks.ts';
import { problemCode, TransientError } from '../../../core/problems.ts';
import type { Fence } from '../ledger/types.ts';
import { LEASE_MS, type RunHome, type Work, type Workplace } from './home.ts';
import { giveBack, takeLease, tellAgain } from './lease.ts';
import { type Manifest, manifestKey, STEPS, type Step } from './manifests.ts';
import { RunStore, type StoredRun } from './store.ts';

export type TaskName = keyof Tasks;
type Input<Name extends TaskName> = Parameters<Tasks[Name]> extends [infer One] ? One : Record<string, never>;
type Output<Name extends TaskName> = Awaited<ReturnType<Tasks[Name]>>;

/** They go on from where they were when they are tried again: what they had done by then must not get lost. */
const RESUMED: ReadonlySet<TaskName> = new Set<TaskName>(['RefreshModels', 'RunAnalyses']);

export class Run {
  readonly runId: string;
  private readonly home: RunHome;
  private readonly store: RunStore;
  private stored: StoredRun;
  private etag: string | null;

  private constructor(home: RunHome, runId: string, stored: StoredRun, etag: string | null) {
    this.home = home;
    this.runId = runId;
    this.store = new RunStore(home.objects);
    this.stored = stored;
    this.etag = etag;
  }

  /** A run that is planned first of all. One of this name that was begun before is begun anew. */
  static async begin(home: RunHome, options: RunOptions, leases: readonly Fence[] = []): Promise<Run> {
    const before = await new RunStore(home.objects).read(options.runId);
    const session = freeze(newSession({ clock: home.clock } as Session['ports'], options, true));
    const held = Object.fromEntries(leases.map((lease) => [lease.dataset, lease]));
    const run = new Run(home, options.runId, { session, leases: held, left: null, claim: null }, before?.etag ?? null);
    await run.save();
    return run;
  }

  /** Null where there is no such run. */
  static async open(home: RunHome, runId: string): Promise<Run | null> {
    const found = await new RunStore(home.objects).read(runId);
    return found === null ? null : new Run(home, runId, found.stored, found.etag);
  }

  get session(): FrozenSession {
    return this.stored.session;
  }

  /** The last manifest that it left. */
  get left(): StoredRun['left'] {
    return this.stored.left;
  }

  holds(dataset: string): boolean {
    return Object.hasOwn(this.stored.leases, dataset);
  }

  /**
   * Does one task of the workflow. Work on a data set is done under its lease.
   *
   * @throws Error as `failedTask` makes it: what it says is in the session, too, unless it is to be tried again
   */
  async perform<Name extends TaskName>(name: Name, input: Input<Name>): Promise<Output<Name>> {
    const { dataset, table } = placeOf(input);
    const enteredAt = this.home.clock.now();
    let session: Session | null = null;
    let place: Workplace | null = null;
    try {
      const held = this.leaseFor(name, dataset);
      const fence = held === undefined ? null : await this.hold(held);
      place = await this.home.open({ runId: this.runId, name: this.nameOf(name, dataset, table), fence });
      session = await thaw(this.stored.session, place.ports, this.home.source);
      const work = tasksOf(session, this.home.source)[name] as (given: unknown) => Promise<Output<Name>>;
      const output = await work(input);
      const bytes = { input: bytesOf(input), output: bytesOf(output) };
      session.states.push(stateTime(name, { dataset, table, enteredAt, ...bytes }, this.home.clock.now()));
      await this.mark({ session: freeze(session) });
      this.count(name, output, place);
      return output;
    } catch (error) {
      throw await this.failed(name, session, error);
    } finally {
      await place?.close();
    }
  }

  /** Keeps a lease for what no function watches: the next task of the data set renews it. @throws LandfallError `lost-lease` */
  async keep(dataset: string, ttl: number): Promise<void> {
    const fence = this.stored.leases[dataset];
    if (fence !== undefined) await this.home.leases.renew(fence, ttl);
  }

  /** Marks a step as begun. @throws TransientError `step-busy` where another function is at work on it */
  async claim(step: Step): Promise<void> {
    const { claim } = this.stored;
    const now = this.home.clock.now();
    if (claim !== null && claim.until > now) {
      const message = `another function is at work on ${claim.step} of run ${this.runId}`;
      throw new TransientError({ code: 'step-busy', message, hint: 'it is looked after again' });
    }
    await this.mark({ claim: { step, until: now + this.home.remaining() } });
  }

  /** For a step that is tried again soon. */
  async unclaim(): Promise<void> {
    await this.mark({ claim: null });
  }

  /** The step's work is done, and is not done again; nobody is told yet. */
  async reach(manifest: Manifest): Promise<void> {
    if (this.left !== manifest) await this.mark({ left: manifest, claim: null });
  }

  /**
   * The step is done: the next is told, once, however often this is said. It may begin at once, and then the run is its own:
   * behind this nothing may be written of it.
   */
  async leave(manifest: Manifest, dataset: string): Promise<void> {
    await this.reach(manifest);
    const key = manifestKey({ manifest, dataset, runId: this.runId });
    await this.home.objects.put(key, JSON.stringify({ run_id: this.runId, dataset }), { onlyIf: 'absent' });
  }

  /** Of a step that was killed between what it wrote of the run and what it told of it: that is told now. */
  async tellLeft(dataset: string): Promise<void> {
    const { left } = this;
    if (left === null || left === 'ended') return;
    if (await this.hasTold(left === 'abandoned' ? STEPS.ingest.hears : left, dataset)) return;
    if (left === 'abandoned') return this.askAgain(dataset);
    if (left === 'analysed') await this.release(dataset);
    await this.leave(left, dataset);
  }

  async end(): Promise<void> {
    await this.mark({ left: 'ended', claim: null });
  }

  /** Keeps what went wrong, and gives the data set back: the report tells it. */
  async fail(dataset: string, error: unknown): Promise<void> {
    await this.record(error, dataset);
    await this.release(dataset);
    await this.leave('done', dataset);
  }

  /** @param dataset none where the step is the whole run's */
  async record(error: unknown, dataset?: string): Promise<void> {
    const { name, message } = error as Error;
    const told = { run_id: this.runId, error: { Error: name, Cause: message } };
    await this.perform('RecordFailure', dataset === undefined ? told : { ...told, dataset });
  }

  /** Of a run that can't be gone on with: its end is told at once, and a new round begins. */
  async abandon(dataset: string, error: unknown): Promise<void> {
    const { name: code, message } = error as Error;
    const place = await this.home.open({ runId: this.runId, name: 'abandon', fence: null });
    try {
      await place.ports.lake.record({
        ...{ runId: this.runId, status: 'failed', startedAt: this.session.startedAt, details: '{}' },
        finishedAt: this.home.clock.now(),
        errors: [{ code, message }],
      });
    } finally {
      await place.close();
    }
    await this.mark({ left: 'abandoned', claim: null });
    await this.askAgain(dataset);
  }

  /** Gives back the lease. Where files landed meanwhile, the round is begun that takes them. */
  async release(dataset: string): Promise<void> {
    const fence = this.stored.leases[dataset];
    if (fence === undefined) return;
    await giveBack(this.home, fence, this.runId);
    const { [dataset]: _, ...others } = this.stored.leases;
    await this.mark({ leases: others });
  }

  private async askAgain(dataset: string): Promise<void> {
    await this.release(dataset);
    await tellAgain(this.home, dataset, this.runId);
  }

  private async hasTold(manifest: Manifest, dataset: string): Promise<boolean> {
    return (await this.home.objects.head(manifestKey({ manifest, dataset, runId: this.runId }))) !== null;
  }

  /** The data set whose lease a task is done under. */
  private leaseFor(name: TaskName, dataset: string | undefined): string | undefined {
    // What failed is recorded also where the lease was lost.
    if (name === 'RecordFailure') return undefined;
    // Planning may make tables anew: where the run holds a lease by then, asking for another would end its own.
    return name === 'Plan' ? Object.keys(this.stored.leases)[0] : dataset;
  }

  /** @throws TransientError `lease-busy`; LandfallError `lost-lease` */
  private async hold(dataset: string): Promise<Fence> {
    const known = this.stored.leases[dataset];
    const lease = await (known === undefined
      ? takeLease(this.home, dataset, this.runId)
      : this.home.leases.renew(known, LEASE_MS));
    if (known !== undefined) return lease;
    const { owner, token } = lease;
    // Before the work: of a task that is killed, what comes behind it gives the lease back.
    await this.mark({ leases: { ...this.stored.leases, [dataset]: { dataset, owner, token } } });
    return lease;
  }

  private async failed(name: TaskName, session: Session | null, error: unknown): Promise<Error> {
    const causes = session?.causes ?? new Map(this.session.causes);
    const told = failedTask({ causes }, name, error);
    const isRepeated = error instanceof TransientError;
    if (isRepeated && (session === null || !RESUMED.has(name) || problemCode(error) === 'run-taken')) return told;
    try {
      await this.mark({ session: session === null ? { ...this.session, causes: [...causes] } : freeze(session) });
      return told;
    } catch (second) {
      return failedTask({ causes: new Map() }, name, second);
    }
  }

  /** As many tasks were done before, whether this one is tried for the first time or again. */
  private nameOf(name: TaskName, dataset: string | undefined, table: string | undefined): Work['name'] {
    return [this.session.states.length, name, dataset, table].filter((part) => part !== undefined).join('/');
  }

  private count(name: TaskName, output: unknown, place: Workplace): void {
    const scannedBytes = place.scannedBytes();
    const { rows_read: rowsRead, rows_loaded: rowsLoaded, rows_quarantined: rowsQuarantined, late } = output as Counted;
    this.home.count({
      ...(scannedBytes === 0 ? {} : { scannedBytes }),
      ...(rowsRead === undefined ? {} : { rowsRead }),
      ...(rowsLoaded === undefined ? {} : { rowsLoaded }),
      ...(rowsQuarantined === undefined ? {} : { rowsQuarantined }),
      ...(name === 'CheckFreshness' && late !== undefined ? { lateElements: late } : {}),
      ...(name === 'LoadBatch' ? { filesRefused: refusedFiles(this.session, output) } : {}),
    });
  }

  private async mark(changes: Partial<StoredRun>): Promise<void> {
    this.stored = { ...this.stored, ...changes };
    await this.save();
  }

  private async save(): Promise<void> {
    this.etag = await this.store.write(this.runId, this.stored, this.etag);
  }
}

/** @param error what a task threw, or what it was made of */
export function isTransient(error: unknown): boolean {
  return Object.values<string>(TRIED_AGAIN).includes((error as Error).name) || error instanceof TransientError;
}

interface Counted {
  readonly rows_read?: number;
  readonly rows_loaded?: number;
  readonly rows_quarantined?: number;
  readonly late?: number;
}

function refusedFiles({ datasets }: FrozenSession, output: unknown): number {
  const { table_name: table } = output as { table_name?: string };
  const loads = datasets.flatMap(({ loads: all }) => all);
  return loads.filter(([name]) => name === table).reduce((sum, [, { filesRefused }]) => sum + filesRefused, 0);
}

function placeOf(input: unknown): { dataset: string | undefined; table: string | undefined } {
  const { dataset, batch } = input as { dataset?: string; batch?: { table: string } };
  return { dataset, table: batch?.table };
}

function stateTime(
  state: TaskName,
  visit: { dataset: string | undefined; table: string | undefined; enteredAt: number; input: number; output: number },
  now: number,
): StateTime {
  const { dataset, table, ...rest } = visit;
  return {
    ...{ state, type: 'Task', retries: 0, elapsed: now - visit.enteredAt, ...rest },
    ...(dataset === undefined ? {} : { dataset }),
    ...(table === undefined ? {} : { table }),
  };
}

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value) ?? '');
