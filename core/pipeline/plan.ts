/** What is new in the landing zone, table by table: the first steps of a run, before any engine works. */

import { evolvedTable } from '../contracts/drift/evolve.ts';
import { judgeHeader, orderDrift } from '../contracts/drift/judge-header.ts';
import { isUnfinished, matchTable } from '../contracts/landing.ts';
import { type CsvHeader, readHeader } from '../contracts/read-header.ts';
import { isReplay, ORIGIN, withoutOrigin } from '../contracts/replay.ts';
import type { Contract, TableContract } from '../contracts/types.ts';
import { type LoadPlan, planLoad } from '../plans/load-plan.ts';
import type { FileVersion, Inspection, LandedFile, LedgerEntry, Ports, Refusal } from '../ports.ts';
import type { Problem } from '../problems.ts';
import { headerNames } from '../quarantine/types.ts';
import { type Months, monthColumns } from './months.ts';
import { PLACES, type Places, strayFile } from './unclaimed.ts';

/**
 * Why a file is loaded: its name is new, its content is, the contract reads it differently now or into another table, or
 * it is known as it is and was asked for, by its months or with all others.
 */
export type LoadReason = 'new' | 'content' | 'contract' | 'other-table' | 'months' | 'full';

export interface TablePlan {
  readonly table: TableContract;
  readonly plan: LoadPlan;
  readonly planHash: string;
  readonly policyHash: string;
  readonly files: readonly FileVersion[];
  readonly refusals: readonly Refusal[];
  /** By the key of each of these files. */
  readonly reasons: ReadonlyMap<string, LoadReason>;
}

interface Candidate {
  readonly file: LandedFile;
  readonly table: string;
  /** Why it is loaded though it is known as it is. */
  readonly again: LoadReason | undefined;
}

/** How a file of the table is read, and by what it is known to have been. */
type ListedTable = Pick<TablePlan, 'table' | 'plan' | 'planHash' | 'policyHash'> & {
  /** The header that the catalog has. */
  readonly header: readonly string[] | undefined;
};

/** What lies in the landing zone and is not known as it is. */
export interface Listing {
  readonly contract: Contract;
  readonly tables: readonly ListedTable[];
  /** By key: what the ledger knows of the data set. */
  readonly known: ReadonlyMap<string, LedgerEntry>;
  /** Files to look into. */
  readonly candidates: readonly Candidate[];
  /** Files that the ledger knows as they are. */
  readonly skipped: number;
  /** Files that no table of the contract takes, or that can't be taken where or as they are. */
  readonly strays: readonly Problem[];
  /** Files of the months asked for that are not in the landing zone any more. */
  readonly gone: readonly Problem[];
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

export interface PlanOptions {
  /** Loads files again although the ledger knows them. */
  readonly full: boolean;
  /** `landing` and `contracts` by default. */
  readonly places?: Places;
  /** Of the files that the ledger knows, only those with rows in these months are loaded again. */
  readonly months?: Months;
}

/** How many files are read at once. */
const READERS = 4;

export type PlanPorts = Pick<Ports, 'landing' | 'lake' | 'catalog' | 'hasher' | 'protection'>;

/**
 * Lists a data set's files and sets aside those that the ledger knows; no file is opened.
 *
 * @param contract with the columns that the lake has learnt
 */
export async function listDataset(ports: PlanPorts, contract: Contract, options: PlanOptions): Promise<Listing> {
  const { landing, lake, catalog, hasher, protection } = ports;
  const known = new Map((await lake.ledger(contract.dataset)).map((entry) => [entry.key, entry]));
  const files = (await landing.list(contract.dataset)).filter(({ key }) => !isUnfinished(key));
  const headers = await catalog.headers(contract.dataset);
  const tables = contract.tables.map((table) => {
    const plan = planLoad(contract, table, 'duckdb');
    // Who has nothing to protect needs no key.
    const isMine = ({ key, problem }: LandedFile) =>
      problem === undefined && matchTable(contract, key)?.name === table.name;
    const isNeeded = plan.isKeyed && files.some(isMine);
    const keyId = isNeeded ? protection.keyId() : '';
    const all = `${plan.fingerprint}${keyId}`;
    const policyHash = hasher.hash(`${all} drift ${plan.policy}`);
    return { table, plan, planHash: hasher.hash(all), policyHash, header: headers.get(table.name) };
  });
  const wanted = await filesOfMonths(ports, contract, options);
  const again = ({ key }: LandedFile): LoadReason | undefined =>
    wanted === null ? (options.full ? 'full' : undefined) : wanted.has(key) ? 'months' : undefined;
  const strays: Problem[] = [];
  const candidates: Candidate[] = [];
  let skipped = 0;
  for (const file of files) {
    const table = tables.find((entry) => entry.table.name === matchTable(contract, file.key)?.name);
    const entry = known.get(file.key);
    if (file.problem !== undefined) strays.push(file.problem);
    else if (table === undefined) strays.push(strayFile(contract, file.key, options.places ?? PLACES));
    else if (again(file) === undefined && isKnown(entry, table) && entry?.fingerprint === file.fingerprint)
      skipped += 1;
    else candidates.push({ file, table: table.table.name, again: again(file) });
  }
  strays.sort((a, b) => ((a.file ?? '') < (b.file ?? '') ? -1 : 1));
  const landed = new Set(files.map(({ key }) => key));
  const gone = [...(wanted ?? [])].filter((key) => !landed.has(key)).sort();
  return { contract, tables, known, candidates, skipped, strays, gone: gone.map(noLongerThere) };
}

/** Nothing lies there: for work on what is loaded already. */
export function nothingListed(contract: Contract): Listing {
  return { contract, tables: [], known: new Map(), candidates: [], skipped: 0, strays: [], gone: [] };
}

/** Null where no months were asked for. */
async function filesOfMonths(
  { lake }: PlanPorts,
  contract: Contract,
  { months }: PlanOptions,
): Promise<ReadonlySet<string> | null> {
  if (months === undefined) return null;
  const keys = new Set<string>();
  for (const table of contract.tables) {
    const columns = monthColumns(table);
    if (columns.length === 0) continue;
    const plan = planLoad(contract, table, 'duckdb');
    for (const key of await lake.filesWithin(plan, { ...months, columns })) keys.add(key);
  }
  return keys;
}

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

type KnownTable = Pick<ListedTable, 'table' | 'planHash' | 'policyHash'>;

/** Known, as today's contract reads it. */
function isKnown(entry: LedgerEntry | undefined, { table, planHash, policyHash }: KnownTable): boolean {
  return entry !== undefined && [planHash, policyHash].includes(entry.planHash) && entry.table === table.name;
}

/** Undefined where the ledger knows the file as it is. */
function reasonToLoad(
  entry: LedgerEntry | undefined,
  known: KnownTable,
  contentHash: string | null,
): LoadReason | undefined {
  if (entry === undefined) return 'new';
  if (entry.table !== known.table.name) return 'other-table';
  if (entry.contentHash !== contentHash) return 'content';
  return isKnown(entry, known) ? undefined : 'contract';
}

function noLongerThere(file: string): Problem {
  return {
    code: 'file-gone',
    file,
    message: 'has rows of the months asked for and is not in the landing folder any more: its rows stay as they are',
    hint: 'drop it again to load it',
  };
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
