/** What lies in the landing zone and the ledger does not know as it is: told by names and times, without opening a file. */

import { isUnfinished, matchTable } from '../contracts/landing.ts';
import type { Contract, TableContract } from '../contracts/types.ts';
import type { LedgerEntry } from '../loads.ts';
import { type LoadPlan, planLoad } from '../plans/load-plan.ts';
import type { LandedFile, Ports } from '../ports.ts';
import type { Problem } from '../problems.ts';
import { type Months, monthColumns } from './months.ts';
import { PLACES, type Places, strayFile } from './unclaimed.ts';

/**
 * Why a file is loaded: its name is new, its content is, the contract reads it differently now or into another table, or
 * it is known as it is and was asked for, by its months or with all others.
 */
export type LoadReason = 'new' | 'content' | 'contract' | 'other-table' | 'months' | 'full';

export interface Candidate {
  readonly file: LandedFile;
  readonly table: string;
  /** Why it is loaded though it is known as it is. */
  readonly again: LoadReason | undefined;
}

/** How a file of the table is read, and by what it is known to have been. */
export interface ListedTable {
  readonly table: TableContract;
  readonly plan: LoadPlan;
  readonly planHash: string;
  readonly policyHash: string;
  /** The header that the catalog has. */
  readonly header: readonly string[] | undefined;
}

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

export interface PlanOptions {
  /** Loads files again although the ledger knows them. */
  readonly full: boolean;
  /** `landing` and `contracts` by default. */
  readonly places?: Places;
  /** Of the files that the ledger knows, only those with rows in these months are loaded again. */
  readonly months?: Months;
}

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

type KnownTable = Pick<ListedTable, 'table' | 'planHash' | 'policyHash'>;

/** Known, as today's contract reads it. */
function isKnown(entry: LedgerEntry | undefined, { table, planHash, policyHash }: KnownTable): boolean {
  return entry !== undefined && [planHash, policyHash].includes(entry.planHash) && entry.table === table.name;
}

/** Undefined where the ledger knows the file as it is. */
export function reasonToLoad(
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
