/** What is new in the landing zone, table by table: the first steps of a run, before any engine works. */

import { evolvedTable } from '../contracts/drift/evolve.ts';
import { judgeHeader, orderDrift } from '../contracts/drift/judge-header.ts';
import { type CsvHeader, readHeader } from '../contracts/read-header.ts';
import { isReplay, ORIGIN, withoutOrigin } from '../contracts/replay.ts';
import type { Contract, TableContract } from '../contracts/types.ts';
import { planLoad } from '../plans/load-plan.ts';
import type { FileVersion, Inspection, LandedFile, Refusal } from '../ports.ts';
import type { Problem } from '../problems.ts';
import { headerNames } from '../quarantine/types.ts';
import {
  type Candidate,
  type ListedTable,
  type Listing,
  type LoadReason,
  type PlanPorts,
  reasonToLoad,
} from './listing.ts';

export interface TablePlan extends Omit<ListedTable, 'header'> {
  readonly files: readonly FileVersion[];
  readonly refusals: readonly Refusal[];
  /** By the key of each of these files. */
  readonly reasons: ReadonlyMap<string, LoadReason>;
}

export interface DatasetPlan {
  readonly contract: Contract;
  readonly tables: readonly TablePlan[];
  /** Files that the ledger knows as they are. */
  readonly skipped: number;
  readonly strays: readonly Problem[];
  /** Files that are being written: the next run looks again. */
  readonly left: readonly Problem[];
}

/** How many files are read at once. */
const READERS = 4;

/** Looks into each candidate: its content, whether that is known under its name, and whether its header is the contract's. */
export async function planDataset({ landing, lake }: PlanPorts, listing: Listing): Promise<DatasetPlan> {
  const tables = listing.tables.map((entry) => ({
    ...entry,
    files: [] as FileVersion[],
    refusals: [] as Refusal[],
    reasons: new Map<string, LoadReason>(),
    unnamed: new Set<string>(),
  }));
  const touched = new Map<string, string>();
  const left: Problem[] = [];
  let { skipped } = listing;
  const judge = async ({ file, table: name, again }: Candidate) => {
    const entry = tables.find(({ table }) => table.name === name);
    if (entry === undefined) return;
    const inspection = await landing.inspect(file);
    if (inspection.readable === 'later') {
      left.push(inspection.problem);
      return;
    }
    const reason = reasonToLoad(listing.known.get(file.key), entry, inspection.contentHash) ?? again;
    if (reason === undefined) {
      touched.set(file.key, file.fingerprint);
      skipped += 1;
      return;
    }
    entry.reasons.set(file.key, reason);
    const verdict = versionOf(entry, file, inspection);
    if ('problem' in verdict) entry.refusals.push(verdict);
    else {
      entry.files.push(verdict.version);
      for (const name of verdict.columns) entry.unnamed.add(name);
    }
  };
  const queue = [...listing.candidates];
  const reader = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await judge(next);
  };
  await Promise.all(Array.from({ length: READERS }, reader));
  await lake.touch(touched);
  for (const entry of tables) {
    entry.files.sort((a, b) => byArrival(a.file, b.file));
    entry.refusals.sort((a, b) => byArrival(a.file, b.file));
    findOrders(entry);
  }
  const planned = tables.map(({ unnamed, ...entry }) =>
    unnamed.size === 0 ? entry : { ...entry, ...tablePlanOf(listing.contract, entry.table.name, [...unnamed].sort()) },
  );
  return { contract: listing.contract, tables: planned, skipped, strays: listing.strays, left };
}

/** A table's first file has none before it that it could differ from. */
function findOrders({ table, header, files }: ListedTable & { files: FileVersion[] }): void {
  const known = header ?? files.find(({ file }) => !isReplay(file.key))?.header;
  if (known === undefined) return;
  for (const [index, version] of files.entries()) {
    const { file, header: names, drift } = version;
    const found = isReplay(file.key) || names === known ? [] : orderDrift(table, names, known);
    if (found.length === 0) continue;
    const findings = [...(drift?.findings ?? []), ...found];
    files[index] = { ...version, drift: { findings, isPolicys: drift?.isPolicys ?? false } };
  }
}

/**
 * A table and its load plan.
 *
 * @param names columns of the new files, too, that the contract does not name
 * @throws where the contract has no such table
 */
export function tablePlanOf(
  contract: Contract,
  name: string,
  names: readonly string[],
): Pick<TablePlan, 'table' | 'plan'> {
  const table = contract.tables.find((one) => one.name === name);
  if (table === undefined) throw new Error(`${contract.dataset} has no table ${name}`);
  const plan = planLoad(contract, table, 'duckdb');
  if (names.length === 0) return { table, plan };
  if (plan.policy === 'quarantine') return { table, plan: planLoad(contract, table, 'duckdb', names) };
  const evolved = evolvedTable(table, names);
  return { table: evolved, plan: planLoad(contract, evolved, 'duckdb') };
}

function byArrival(a: LandedFile, b: LandedFile): number {
  return a.modifiedAt - b.modifiedAt || (a.key < b.key ? -1 : 1);
}

type Settled = Exclude<Inspection, { readonly readable: 'later' }>;

/** The names of a file's fields. JSON has them in each record, so they are those that the contract looks for. */
function headerOf(table: TableContract, { key }: LandedFile, head: string): CsvHeader | { problem: Problem } {
  if (table.format === 'csv') return readHeader(head);
  return { fields: [...(isReplay(key) ? ORIGIN : []), ...headerNames(table)], lines: 0 };
}

/** A version, and the columns of it that the contract does not name. */
interface Accepted {
  readonly version: FileVersion;
  readonly columns: readonly string[];
}

function versionOf(
  { table, plan: { policy }, header: known }: ListedTable,
  file: LandedFile,
  inspection: Settled,
): Accepted | Refusal {
  const { contentHash } = inspection;
  if (!inspection.readable) return { file, contentHash, problem: inspection.problem };
  const refuse = (problem: Problem): Refusal => ({ file, contentHash, problem: { ...problem, file: file.key } });
  const header = headerOf(table, file, inspection.head);
  if ('problem' in header) return refuse(header.problem);
  const own = isReplay(file.key) ? withoutOrigin(header.fields) : header;
  if ('missing' in own) return refuse(noOrigin(own.missing));
  const judged = judgeHeader(table, own.fields, { key: file.key, policy, known, isReplay: isReplay(file.key) });
  const { problems, names, columns, drift } = judged;
  if (problems.length > 0) {
    const [first] = problems;
    const message = problems.map((problem) => problem.message).join('; ');
    const hinted = problems.find(({ hint }) => hint !== undefined);
    return { ...refuse({ code: 'wrong-header', ...hinted, ...first, message }), drift };
  }
  const version = {
    file,
    contentHash: inspection.contentHash,
    header: header.fields.map((field) => names.get(field.trim()) ?? field.trim()),
    headerLines: header.lines,
    openQuote: inspection.openQuote,
    plain: inspection.plain,
    drift,
  };
  return { version, columns };
}

function noOrigin(missing: readonly string[]): Problem {
  return {
    code: 'wrong-header',
    line: 1,
    message: `the header lacks ${missing.join(', ')}, expected ${ORIGIN.join(', ')} in a replay file`,
    hint: 'landfall quarantine replay writes such files',
  };
}
