/** What is new in the landing zone, table by table: the first steps of a run, before any engine works. */

import { checkHeader } from '../contracts/check-header.ts';
import { isUnfinished, matchTable } from '../contracts/landing.ts';
import { type CsvHeader, readHeader } from '../contracts/read-header.ts';
import { isReplay, ORIGIN, withoutOrigin } from '../contracts/replay.ts';
import type { Contract, TableContract } from '../contracts/types.ts';
import { type LoadPlan, planLoad } from '../plans/load-plan.ts';
import type { FileVersion, Inspection, LandedFile, LedgerEntry, Ports, Refusal } from '../ports.ts';
import type { Problem } from '../problems.ts';
import { headerNames } from '../quarantine/types.ts';
import { PLACES, type Places, strayFile } from './unclaimed.ts';

export interface TablePlan {
  readonly table: TableContract;
  readonly plan: LoadPlan;
  readonly planHash: string;
  readonly files: readonly FileVersion[];
  readonly refusals: readonly Refusal[];
}

/** What lies in the landing zone and is not known as it is. */
export interface Listing {
  readonly contract: Contract;
  readonly tables: readonly { readonly table: TableContract; readonly plan: LoadPlan; readonly planHash: string }[];
  /** By key: what the ledger knows of the data set. */
  readonly known: ReadonlyMap<string, LedgerEntry>;
  /** Files to look into, each with its table. */
  readonly candidates: readonly { readonly file: LandedFile; readonly table: string }[];
  /** Files that the ledger knows as they are. */
  readonly skipped: number;
  /** Files that no table of the contract takes, or that can't be taken where or as they are. */
  readonly strays: readonly Problem[];
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
}

/** How many files are read at once. */
const READERS = 4;

/** Lists a data set's files and sets aside those that the ledger knows; no file is opened. */
export async function listDataset(
  ports: Ports,
  contract: Contract,
  { full, places = PLACES }: PlanOptions,
): Promise<Listing> {
  const { landing, lake, hasher, protection } = ports;
  const known = new Map((await lake.ledger(contract.dataset)).map((entry) => [entry.key, entry]));
  const files = (await landing.list(contract.dataset)).filter(({ key }) => !isUnfinished(key));
  const tables = contract.tables.map((table) => {
    const plan = planLoad(contract, table, 'duckdb');
    // Who has nothing to protect needs no key.
    const isMine = ({ key, problem }: LandedFile) =>
      problem === undefined && matchTable(contract, key)?.name === table.name;
    const isNeeded = plan.isKeyed && files.some(isMine);
    const keyId = isNeeded ? protection.keyId() : '';
    return { table, plan, planHash: hasher.hash(`${plan.fingerprint}${keyId}`) };
  });
  const strays: Problem[] = [];
  const candidates: { file: LandedFile; table: string }[] = [];
  let skipped = 0;
  for (const file of files) {
    const table = tables.find((entry) => entry.table.name === matchTable(contract, file.key)?.name);
    const entry = known.get(file.key);
    if (file.problem !== undefined) strays.push(file.problem);
    else if (table === undefined) strays.push(strayFile(contract, file.key, places));
    else if (!full && isKnown(entry, table) && entry?.fingerprint === file.fingerprint) skipped += 1;
    else candidates.push({ file, table: table.table.name });
  }
  strays.sort((a, b) => ((a.file ?? '') < (b.file ?? '') ? -1 : 1));
  return { contract, tables, known, candidates, skipped, strays };
}

/** Looks into each candidate: its content, whether that is known under its name, and whether its header is the contract's. */
export async function planDataset(ports: Ports, listing: Listing, { full }: PlanOptions): Promise<DatasetPlan> {
  const { landing, lake } = ports;
  const tables = listing.tables.map((entry) => ({ ...entry, files: [] as FileVersion[], refusals: [] as Refusal[] }));
  const touched = new Map<string, string>();
  const left: Problem[] = [];
  let { skipped } = listing;
  const judge = async (file: LandedFile, name: string) => {
    const entry = tables.find(({ table }) => table.name === name);
    if (entry === undefined) return;
    const inspection = await landing.inspect(file);
    if (inspection.readable === 'later') {
      left.push(inspection.problem);
      return;
    }
    const before = full ? undefined : listing.known.get(file.key);
    if (isKnown(before, entry) && inspection.contentHash === before?.contentHash) {
      touched.set(file.key, file.fingerprint);
      skipped += 1;
      return;
    }
    const verdict = versionOf(entry.table, file, inspection);
    if ('problem' in verdict) entry.refusals.push(verdict);
    else entry.files.push(verdict);
  };
  const queue = [...listing.candidates];
  const reader = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await judge(next.file, next.table);
  };
  await Promise.all(Array.from({ length: READERS }, reader));
  await lake.touch(touched);
  for (const entry of tables) {
    entry.files.sort((a, b) => byArrival(a.file, b.file));
    entry.refusals.sort((a, b) => byArrival(a.file, b.file));
  }
  return { contract: listing.contract, tables, skipped, strays: listing.strays, left };
}

/** Known, as today's contract reads it. */
function isKnown(entry: LedgerEntry | undefined, { table, planHash }: { table: TableContract; planHash: string }) {
  return entry !== undefined && entry.planHash === planHash && entry.table === table.name;
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

function versionOf(table: TableContract, file: LandedFile, inspection: Settled): FileVersion | Refusal {
  const { contentHash } = inspection;
  if (!inspection.readable) return { file, contentHash, problem: inspection.problem };
  const refuse = (problem: Problem): Refusal => ({ file, contentHash, problem: { ...problem, file: file.key } });
  const header = headerOf(table, file, inspection.head);
  if ('problem' in header) return refuse(header.problem);
  const own = isReplay(file.key) ? withoutOrigin(header.fields) : header;
  if ('missing' in own) return refuse(noOrigin(own.missing));
  const checked = checkHeader(table, own.fields, file.key);
  if (!('order' in checked)) {
    const [first] = checked;
    const message = checked.map((problem) => problem.message).join('; ');
    const hinted = checked.find(({ hint }) => hint !== undefined);
    return refuse({ code: 'wrong-header', ...hinted, ...first, message });
  }
  return {
    file,
    contentHash: inspection.contentHash,
    header: header.fields.map((field) => field.trim()),
    headerLines: header.lines,
    openQuote: inspection.openQuote,
    plain: inspection.plain,
  };
}

function noOrigin(missing: readonly string[]): Problem {
  return {
    code: 'wrong-header',
    line: 1,
    message: `the header lacks ${missing.join(', ')}, expected ${ORIGIN.join(', ')} in a replay file`,
    hint: 'landfall quarantine replay writes such files',
  };
}
