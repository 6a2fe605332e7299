/**
 * What the tasks of a run share, as plain JSON between tasks that run in processes of their own. No row is in it: it grows
 * with the files that are new (some hundred bytes each; a header that many share stands once), with what was found in
 * them and with the models that were refreshed. What a contract tells is made again of the contract and held against what
 * it was: load plans have functions, and a file must become what was planned for it.
 */

import { evolvedContract } from '../contracts/drift/evolve.ts';
import type { FileDrift } from '../contracts/drift/types.ts';
import type { Contract } from '../contracts/types.ts';
import type { IncrementalLegal } from '../models/incremental.ts';
import type { TableReference } from '../models/references.ts';
import type { FileVersion, Hasher, Ports, Refusal } from '../ports.ts';
import { LandfallError, type Problem } from '../problems.ts';
import type { Project } from '../project.ts';
import { knownGraph } from './model-graph.ts';
import { type DatasetPlan, type TablePlan, tablePlanOf } from './plan.ts';
import { DatasetRefresh, type RefreshLeft } from './refresh.ts';
import {
  type DatasetRun,
  newSession,
  type ProjectSource,
  type RunOptions,
  type Session,
  type TableLoad,
} from './session.ts';

/** Grows where a session is written otherwise: a run that another version began is not gone on with. */
export const FROZEN_VERSION = 1;

type Entries<Value> = readonly (readonly [string, Value])[];
type Books = Pick<
  Session,
  | 'startedAt'
  | 'warnings'
  | 'unclaimed'
  | 'times'
  | 'errors'
  | 'failedRules'
  | 'freshness'
  | 'published'
  | 'report'
  | 'states'
>;

export interface FrozenSession extends Books {
  readonly version: number;
  readonly options: RunOptions;
  /** Null where the run is not planned yet. */
  readonly project: FrozenProject | null;
  readonly scope: readonly string[] | null;
  readonly datasets: readonly FrozenDataset[];
  readonly changes: Entries<'rows' | 'all'>;
  readonly ruleReads: Entries<readonly string[]>;
  readonly failed: readonly string[];
  readonly causes: Entries<readonly Problem[]>;
}

interface FrozenProject {
  /** Of all that was written down when the run was planned. */
  readonly hash: string;
  readonly learnt: Entries<readonly string[]>;
  readonly references: Entries<readonly TableReference[]>;
  readonly incremental: Entries<IncrementalLegal>;
}

interface FrozenDataset extends Pick<DatasetRun, 'isKnown' | 'checked' | 'failed'> {
  readonly dataset: string;
  /** Of the contract: what the run's result tells of, whoever reads it. */
  readonly tables: readonly string[];
  readonly learnt: Entries<readonly string[]>;
  readonly plan: FrozenPlan | null;
  readonly loads: Entries<TableLoad>;
  readonly refresh: RefreshLeft | null;
}

interface FrozenPlan extends Pick<DatasetPlan, 'skipped' | 'strays' | 'left'> {
  readonly tables: readonly FrozenTable[];
  /** Headers and findings, to which files point by number. */
  readonly shared: readonly unknown[];
}

interface FrozenTable extends Pick<TablePlan, 'planHash' | 'policyHash'> {
  readonly table: string;
  /** Of the plan without these columns. */
  readonly fingerprint: string;
  /** Columns of the new files that the contract does not name. */
  readonly columns: readonly string[];
  readonly files: readonly (Omit<FileVersion, 'header' | 'drift'> & {
    readonly header: number;
    readonly drift: number;
  })[];
  readonly refusals: readonly (Omit<Refusal, 'drift'> & { readonly drift: number })[];
}

export function freeze(session: Session): FrozenSession {
  const { startedAt, warnings, unclaimed, times, errors, failedRules, freshness, published, report, states } = session;
  const { options, project, graph, scope, ports } = session;
  return {
    version: FROZEN_VERSION,
    options,
    ...{ startedAt, warnings, unclaimed, times, errors, failedRules, freshness, published, report, states },
    project:
      project === null || graph === null
        ? null
        : {
            hash: projectHash(ports.hasher, project),
            learnt: project.contracts.flatMap(learntBy),
            references: [...graph.references],
            incremental: [...graph.incremental],
          },
    scope: scope === undefined ? null : [...scope],
    datasets: [...session.datasets.values()].map((entry) => frozenDataset(entry, ports.hasher)),
    changes: [...session.changes],
    ruleReads: [...session.ruleReads].map(([table, reads]) => [table, [...reads]]),
    failed: [...session.failed],
    causes: [...session.causes],
  };
}

/**
 * @throws LandfallError `run-moved` where contracts, queries or Landfall itself changed since the run began: it can't be
 *   gone on with, and the next run makes up for it
 */
export async function thaw(frozen: FrozenSession, ports: Ports, source: ProjectSource): Promise<Session> {
  const { options, project: known } = frozen;
  if (frozen.version !== FROZEN_VERSION) throw moved(options, 'Landfall');
  const session: Session = {
    ...newSession(ports, options, true),
    startedAt: frozen.startedAt,
    failed: new Set(frozen.failed),
    times: [...frozen.times],
    errors: [...frozen.errors],
    warnings: [...frozen.warnings],
    unclaimed: [...frozen.unclaimed],
    changes: new Map(frozen.changes),
    ruleReads: new Map(frozen.ruleReads.map(([table, reads]) => [table, new Set(reads)])),
    failedRules: [...frozen.failedRules],
    freshness: frozen.freshness,
    published: { ...frozen.published },
    report: frozen.report,
    causes: new Map(frozen.causes),
    states: [...frozen.states],
    ...(frozen.scope === null ? {} : { scope: new Set(frozen.scope) }),
  };
  if (known !== null) {
    const project = await source.load();
    if (projectHash(ports.hasher, project) !== known.hash) throw moved(options, 'the project');
    const learnt = new Map(known.learnt);
    session.project = { ...project, contracts: project.contracts.map((one) => evolvedContract(one, learnt)) };
    const read = { references: new Map(known.references), incremental: new Map(known.incremental) };
    session.graph = knownGraph(ports, session.project, read);
  }
  for (const entry of frozen.datasets) session.datasets.set(entry.dataset, thawedDataset(entry, session, source));
  return session;
}

function frozenDataset(entry: DatasetRun, hasher: Hasher): FrozenDataset {
  const { contract, plan, loads, isKnown, checked, failed, refresh } = entry;
  return {
    dataset: contract.dataset,
    tables: contract.tables.map(({ name }) => name),
    learnt: learntBy(contract),
    plan: plan === undefined ? null : frozenPlan(plan, hasher),
    loads: [...loads],
    ...{ isKnown, checked, failed },
    refresh: refresh?.left ?? null,
  };
}

function thawedDataset(frozen: FrozenDataset, session: Session, source: ProjectSource): DatasetRun {
  const { dataset, plan, refresh, loads, isKnown, checked, failed } = frozen;
  const known = source.contracts.find((one) => one.dataset === dataset);
  if (known === undefined) throw moved(session.options, `the contract of ${dataset}`);
  const contract = evolvedContract(known, new Map(frozen.learnt));
  const { ports, graph } = session;
  return {
    contract,
    loads: new Map(loads),
    ...{ isKnown, checked, failed },
    ...(plan === null ? {} : { plan: thawedPlan(plan, contract, session) }),
    ...(refresh === null || graph === null ? {} : { refresh: DatasetRefresh.resume(ports, graph, session, refresh) }),
  };
}

/** What neither is in the contract nor changes: 'none' is told apart from the first of the shared. */
const NONE = -1;

function frozenPlan({ contract, tables, skipped, strays, left }: DatasetPlan, { hash }: Hasher): FrozenPlan {
  const places = new Map<string, number>();
  const place = (value: unknown) => {
    if (value === undefined) return NONE;
    const text = JSON.stringify(value);
    if (!places.has(text)) places.set(text, places.size);
    return places.get(text) ?? NONE;
  };
  const frozen = tables.map(({ table, plan, planHash, policyHash, files, refusals }): FrozenTable => {
    const base = tablePlanOf(contract, table.name, []);
    const known = new Set(base.table.columns.map(({ name }) => name));
    const learnt = table.columns.filter(({ name }) => !known.has(name));
    return {
      ...{ table: table.name, planHash, policyHash },
      fingerprint: hash(base.plan.fingerprint),
      columns: [...plan.aside, ...learnt].map(({ name }) => name),
      files: files.map((file) => ({ ...file, header: place(file.header), drift: place(file.drift) })),
      refusals: refusals.map((refusal) => ({ ...refusal, drift: place(refusal.drift) })),
    };
  });
  return { tables: frozen, ...{ skipped, strays, left }, shared: [...places.keys()].map((text) => JSON.parse(text)) };
}

function thawedPlan(
  { tables, skipped, strays, left, shared }: FrozenPlan,
  contract: Contract,
  { ports, options }: Session,
): DatasetPlan {
  const driftAt = (at: number) => ({ drift: shared[at] as FileDrift | undefined });
  const thawed = tables.map(
    ({ table: name, fingerprint, columns, planHash, policyHash, files, refusals }): TablePlan => {
      const base = contract.tables.some((table) => table.name === name) ? tablePlanOf(contract, name, []) : null;
      if (base === null || ports.hasher.hash(base.plan.fingerprint) !== fingerprint) {
        throw moved(options, `the contract of ${contract.schema}.${name}`);
      }
      return {
        ...tablePlanOf(contract, name, columns),
        ...{ planHash, policyHash },
        files: files.map((file) => ({
          ...file,
          header: shared[file.header] as readonly string[],
          ...driftAt(file.drift),
        })),
        refusals: refusals.map((refusal) => ({ ...refusal, ...driftAt(refusal.drift) })),
        reasons: new Map(),
      };
    },
  );
  return { contract, tables: thawed, skipped, strays, left };
}

/** Columns that the lake has learnt, by table. */
function learntBy({ schema, tables }: Contract): [string, readonly string[]][] {
  return tables.flatMap(({ name, columns }): [string, readonly string[]][] => {
    const learnt = columns.filter(({ evolved }) => evolved === true).map((column) => column.name);
    return learnt.length === 0 ? [] : [[`${schema}.${name}`, learnt]];
  });
}

/** Without what the lake has learnt. */
function projectHash({ hash }: Hasher, project: Project): string {
  const contracts = project.contracts.map(({ tables, ...contract }) => ({
    ...contract,
    tables: tables.map(({ columns, ...table }) => ({ ...table, columns: columns.filter(({ evolved }) => !evolved) })),
  }));
  return hash(JSON.stringify({ ...project, contracts }));
}

function moved({ runId }: RunOptions, what: string): LandfallError {
  const message = `${what} changed while run ${runId} was on its way`;
  return new LandfallError({ code: 'run-moved', message, hint: 'the next run loads what this one left' });
}
