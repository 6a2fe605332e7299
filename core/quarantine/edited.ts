/** Reads an exported CSV after a person has edited it, with every mistake told by its line. */

import { checkHeader } from '../contracts/check-header.ts';
import { matchTable } from '../contracts/landing.ts';
import type { Contract, TableContract } from '../contracts/types.ts';
import { type CsvRecord, parseCsv } from '../csv.ts';
import { LandfallError, type Problem } from '../problems.ts';
import { POSITION, RAW, REASONS } from './export.ts';
import { headerNames } from './types.ts';

export interface EditedLine {
  readonly line: number;
  readonly sourceFile: string;
  readonly rowNumber: number;
  readonly loadId: number;
  /** In the order of the contract's header names. */
  readonly fields: readonly (string | null)[];
}

export interface Edited {
  readonly contract: Contract;
  readonly table: TableContract;
  readonly lines: readonly EditedLine[];
}

const HINT = 'keep the columns that begin with _ as landfall quarantine export wrote them';
const MOST_PROBLEMS = 20;

/** @throws LandfallError with every mistake. */
export function readEdited(file: string, text: string, contracts: readonly Contract[]): Edited {
  const parsed = parseCsv(text);
  if ('message' in parsed) throw new LandfallError({ code: 'bad-csv', file, ...parsed });
  const [header, ...records] = parsed.records;
  const names = header?.fields.map((name) => name.trim()) ?? [];
  const absent = POSITION.filter((name) => !names.includes(name));
  if (absent.length > 0) {
    const semicolons = names.length === 1 && /[;\t]/.test(names[0] ?? '');
    const hint = semicolons ? 'save it with commas between the columns' : HINT;
    throw new LandfallError({ code: 'missing-column', file, line: 1, message: `lacks ${absent.join(', ')}`, hint });
  }
  const placed = positionsOf(file, names, records);
  if (placed.length === 0) throw new LandfallError({ code: 'no-rows', file, message: 'has a header and no rows' });
  const { contract, table } = tableOf(file, placed, contracts);
  const own = names.filter((name) => !isOurs(name));
  const checked = checkHeader(table, own, placed[0]?.sourceFile ?? '');
  if (!('order' in checked)) throw new LandfallError(checked.map((problem) => ({ ...problem, file })));
  const places = headerNames(table).map((name) => names.indexOf(name));
  const lines = placed.map(({ cells, ...position }) => ({
    ...position,
    fields: places.map((place) => (place < 0 ? null : cells[place] || null)),
  }));
  return { contract, table, lines };
}

function isOurs(name: string): boolean {
  return [...POSITION, REASONS, RAW].some((own) => own === name);
}

type Placed = Omit<EditedLine, 'fields'> & { readonly cells: readonly string[] };

function positionsOf(file: string, names: readonly string[], records: readonly CsvRecord[]): Placed[] {
  const problems: Problem[] = [];
  const [sourceAt = 0, rowAt = 0, loadAt = 0] = POSITION.map((name) => names.indexOf(name));
  const seen = new Map<string, number>();
  const placed = records.flatMap(({ fields: cells, line }) => {
    const tell = (message: string, hint = HINT) => {
      problems.push({ code: 'bad-line', file, line, message, hint });
      return [];
    };
    if (cells.length !== names.length) {
      const hint = 'a field with a comma, a quote or a line break stands in double quotes';
      return tell(`has ${cells.length} fields, expected ${names.length}`, hint);
    }
    const [sourceFile = '', row = '', load = ''] = [cells[sourceAt], cells[rowAt], cells[loadAt]];
    if (sourceFile === '') return tell('lacks its _source_file');
    if (!isNumber(row)) return tell(`has "${row}" as its _row_number, expected a whole number`);
    if (!isNumber(load)) return tell(`has "${load}" as its _load_id, expected a whole number`);
    const before = seen.get(`${load} ${row} ${sourceFile}`);
    if (before !== undefined) return tell(`is row ${row} of ${sourceFile}, as line ${before} is`, 'leave one of them');
    seen.set(`${load} ${row} ${sourceFile}`, line);
    return [{ line, sourceFile, rowNumber: Number(row), loadId: Number(load), cells }];
  });
  throwAll(problems);
  return placed;
}

function isNumber(text: string): boolean {
  return /^[1-9]\d{0,14}$/.test(text);
}

function tableOf(file: string, lines: readonly Placed[], contracts: readonly Contract[]) {
  const found = lines.map(({ line, sourceFile }) => {
    const contract = contracts.find(({ dataset }) => sourceFile.startsWith(`${dataset}/`));
    const table = contract === undefined ? undefined : matchTable(contract, sourceFile);
    return { line, sourceFile, contract, table };
  });
  const [first] = found;
  const problems = found.flatMap(({ line, sourceFile, table }): Problem[] => {
    const tell = (message: string, hint: string) => [{ code: 'bad-line', file, line, message, hint }];
    if (table === undefined) return tell(`is of ${sourceFile}, which no table of any contract takes`, HINT);
    if (table === first?.table) return [];
    return tell(`is of the table ${table.name}, the first line of ${first?.table?.name}`, 'replay one table at a time');
  });
  throwAll(problems);
  return first as { contract: Contract; table: TableContract };
}

/** @throws LandfallError with the first problems, where there are any. */
export function throwAll(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const more = problems.length - MOST_PROBLEMS;
  const rest = more > 0 ? [{ code: 'more', message: `and ${more} more lines like these` }] : [];
  throw new LandfallError([...problems.slice(0, MOST_PROBLEMS), ...rest]);
}
