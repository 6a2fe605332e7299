/** Handlers at home on a laptop: the lake is DuckDB, landed files lie in a folder, S3 and DynamoDB are their twins in memory. */

import type { Work, WorkCounts } from '../../adapters/aws/run/home.ts';
import type { IngestHome } from '../../adapters/aws/run/ingest.ts';
import { MANIFESTS, type Manifest } from '../../adapters/aws/run/manifests.ts';
import { openProject } from '../../adapters/local/project.ts';
import { type LocalPorts, openLocal } from '../../cli/local.ts';
import { prepareEvolved } from '../../core/pipeline/drift.ts';
import type { ProjectSource } from '../../core/pipeline/session.ts';
import type { Ports, RunOutcome, Warehouse } from '../../core/ports.ts';
import { MemoryLeases, MemoryObjects } from '../support/aws-twins.ts';
import { Bikes } from '../support/bikes.ts';
import { Workspace } from '../support/cli.ts';

export class LocalHome implements IngestHome {
  readonly bikes: Bikes;
  readonly objects = new MemoryObjects('lake');
  readonly landingBucket = 'landing';
  /** Milliseconds that are added to the clock's. */
  later = 0;
  readonly clock = { now: () => Date.now() + this.later };
  readonly leases = new MemoryLeases(this.clock.now);
  readonly works: Work[] = [];
  readonly counts: WorkCounts[] = [];
  readonly machines: string[] = [];
  readonly outcomes: RunOutcome[] = [];
  readonly published: string[] = [];
  largeBytes = 1e9;
  source: ProjectSource;
  private readonly local: LocalPorts;
  private readonly held = new Map<string, { version: string; definition: string }>();
  /** What a port does instead, for faults. */
  instead: (ports: Ports, work: Work) => Ports = (ports) => ports;

  private constructor(bikes: Bikes, source: ProjectSource, local: LocalPorts) {
    this.bikes = bikes;
    this.source = source;
    this.local = local;
  }

  static async open(): Promise<LocalHome> {
    const bikes = new Bikes(new Workspace());
    const source = await openProject(bikes.project, undefined);
    const { landing, state } = bikes.work;
    const local = await openLocal({ landing, state, warehouse: false });
    // As a deployment does.
    await prepareEvolved(local.ports.lake, source.contracts);
    return new LocalHome(bikes, source, local);
  }

  async changeProject(): Promise<void> {
    this.source = await openProject(this.bikes.project, undefined);
  }

  remaining(): number {
    return 60_000;
  }

  count(counts: WorkCounts): void {
    this.counts.push(counts);
  }

  async startMachine(dataset: string, name: string): Promise<void> {
    this.machines.push(`${dataset} ${name}`);
  }

  async open(work: Work) {
    this.works.push(work);
    const ports: Ports = {
      ...this.local.ports,
      warehouse: this.warehouse,
      report: {
        prepare: () => undefined,
        answers: (questions, ask) => ask(questions),
        write: async ({ runId }) => `report of ${runId}`,
      },
      notifier: { notify: async (outcome) => void this.outcomes.push(outcome) },
      progress: { step: () => undefined },
      clock: this.clock,
    };
    return { ports: this.instead(ports, work), scannedBytes: () => 0, close: async () => undefined };
  }

  /** Manifests of a kind, each as the message that tells of it. */
  told(manifest: Manifest): string[] {
    return this.objects.written.filter((key) => key.startsWith(MANIFESTS[manifest]));
  }

  rows(sql: string): Promise<readonly (readonly unknown[])[]> {
    return this.local.ports.lake.read(sql).then(({ rows }) => rows);
  }

  async close(): Promise<void> {
    await this.local.close();
    this.bikes.work.close();
  }

  private readonly warehouse: Warehouse = {
    prepare: () => undefined,
    published: async () => new Map(this.held),
    publish: async (publications) => {
      for (const { table, version, definition } of publications) {
        this.held.set(table.table, { version, definition });
        this.published.push(table.table);
      }
    },
  };
}
