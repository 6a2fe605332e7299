/** What is new in the landing zone, table by table: the first step of a run, before any engine works. */

import { checkHeader } from '../contracts/check-header.ts';
import { matchTable } from '../contracts/landing.ts';
import { readHeader } from '../contracts/read-header.ts';
import type { Contract, TableContract } from '../contracts/types.ts';
import { type LoadPlan, planLoad } from '../plans/load-plan.ts';
import type { FileVersion, Inspection, LandedFile, Ports, Refusal } from '../ports.ts';
import type { Problem } from '../problems.ts';

export interface TablePlan {
  readonly table: TableContract;
  readonly plan: LoadPlan;
  readonly planHash: string;
  readonly files: readonly FileVersion[];
  readonly refusals: readonly Refusal[];
}

export interface DatasetPlan {
  readonly contract: Contract;
  readonly tables: readonly TablePlan[];
  /** Files that the ledger knows as they are. */
  readonly skipped: number;
  /** Files that no table of the contract takes. */
  readonly strays: readonly Problem[];
}

export interface PlanOptions {
  /** Loads files again although the ledger knows them. */
  readonly full: boolean;
}

/** How many files are read at once. */
const READERS = 4;

export async function planDataset(ports: Ports, contract: Contract, options: PlanOptions): Promise<DatasetPlan> {
  const { landing, lake, hasher } = ports;
  const listed = await landing.list(contract.dataset);
  const known = new Map((await lake.ledger(contract.dataset)).map((entry) => [entry.key, entry]));
  const tables = contract.tables.map((table) => {
    const plan = planLoad(contract, table, 'duckdb');
    return {
      table,
      plan,
      planHash: hasher.hash(plan.fingerprint),
      files: [] as FileVersion[],
      refusals: [] as Refusal[],
    };
  });
  const byName = new Map(tables.map((entry) => [entry.table.name, entry]));
  const strays: Problem[] = [];
  const touched = new Map<string, string>();
  let skipped = 0;

  landing.expect(listed.filter(({ key, fingerprint }) => options.full || known.get(key)?.fingerprint !== fingerprint));
  const judge = async (file: LandedFile) => {
    const entry = byName.get(matchTable(contract, file.key)?.name ?? '');
    if (entry === undefined) {
      strays.push(stray(contract, file));
      return;
    }
    const before = options.full ? undefined : known.get(file.key);
    const same = before !== undefined && before.planHash === entry.planHash && before.table === entry.table.name;
    if (same && before.fingerprint === file.fingerprint) {
      skipped += 1;
      return;
    }
    const inspection = await landing.inspect(file);
    if (same && inspection.contentHash === before.contentHash) {
      touched.set(file.key, file.fingerprint);
      skipped += 1;
      return;
    }
    const verdict = versionOf(entry.table, file, inspection);
    if ('problem' in verdict) entry.refusals.push(verdict);
    else entry.files.push(verdict);
  };
  const queue = [...listed];
  const reader = async () => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) await judge(file);
  };
  await Promise.all(Array.from({ length: READERS }, reader));
  await lake.touch(touched);
  for (const entry of tables) entry.files.sort((a, b) => byArrival(a.file, b.file));
  strays.sort((a, b) => ((a.file ?? '') < (b.file ?? '') ? -1 : 1));
  return { contract, tables, skipped, strays };
}

function byArrival(a: LandedFile, b: LandedFile): number {
  return a.modifiedAt - b.modifiedAt || (a.key < b.key ? -1 : 1);
}

function versionOf(table: TableContract, file: LandedFile, inspection: Inspection): FileVersion | Refusal {
  const { contentHash } = inspection;
  if (!inspection.readable) return { file, contentHash, problem: inspection.problem };
  const refuse = (problem: Problem): Refusal => ({ file, contentHash, problem: { ...problem, file: file.key } });
  const header = readHeader(inspection.head);
  if ('problem' in header) return refuse(header.problem);
  const checked = checkHeader(table, header.fields, file.key);
  if (!('order' in checked)) {
    const [first] = checked;
    const message = checked.map((problem) => problem.message).join('; ');
    return refuse({ code: 'wrong-header', ...first, message });
  }
  return {
    file,
    contentHash: inspection.contentHash,
    header: checked.order.map(({ field }) => field.trim()),
    headerLines: header.lines,
    openQuote: inspection.openQuote,
    plain: inspection.plain,
  };
}

function stray(contract: Contract, file: LandedFile): Problem {
  const globs = contract.tables.map(({ landing }) => landing).join(', ');
  return {
    code: 'stray-file',
    file: file.key,
    message: `no table of ${contract.dataset} takes this file, expected one of ${globs}`,
    hint: 'rename it, or add a table to the contract',
  };
}
