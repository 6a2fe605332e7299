/** Which edited lines become replay files, and what those are. */

import { replayFolder } from '../contracts/replay.ts';
import type { TableContract } from '../contracts/types.ts';
import type { Hasher } from '../ports.ts';
import type { Problem } from '../problems.ts';
import { type Edited, type EditedLine, throwAll } from './edited.ts';
import { exportedFields, knownForms, protectedFields, protectedMistake } from './protected.ts';
import { listMistake, replayText, sameFields } from './replay-files.ts';
import type { QuarantinedRow, ReplayedRow } from './types.ts';

export interface Replay {
  /** The folder of the landing zone that appears as a whole. */
  readonly folder: string;
  /** By path within it. */
  readonly files: ReadonlyMap<string, string>;
  readonly rows: number;
  /** Lines that nobody changed: their rows stay in quarantine. */
  readonly unchanged: number;
  /** Lines that the landing zone has, as they are, in a replay file. */
  readonly repeated: number;
}

/** By `originOf`: what the landing zone's replay files stand for. */
export type Replayed = ReadonlyMap<string, ReplayedRow>;

export function originOf(row: { sourceFile: string; rowNumber: number; contentHash: string }): string {
  return JSON.stringify([row.sourceFile, row.rowNumber, row.contentHash]);
}

/**
 * @param stored protected forms that stand in the table, of those that may have been typed
 * @throws LandfallError with every line that can't be replayed.
 */
export function planReplay(
  file: string,
  { contract, table, lines }: Edited,
  quarantined: readonly QuarantinedRow[],
  replayed: Replayed,
  hasher: Hasher,
  stored: readonly string[] = [],
): Replay {
  const known: Known = {
    fields: protectedFields(table),
    forms: knownForms(table, quarantined, stored),
    exported: (row) => exportedFields(table, row),
    table,
  };
  const rows = new Map(quarantined.map((row) => [placeOf(row), row]));
  const problems: Problem[] = [];
  const mended: { line: EditedLine; row: QuarantinedRow }[] = [];
  let [unchanged, repeated] = [0, 0];
  for (const line of lines) {
    const row = rows.get(placeOf(line));
    const verdict = judge(line, row, row === undefined ? undefined : replayed.get(originOf(row)), known);
    if (typeof verdict === 'object') problems.push({ code: 'bad-line', file, line: line.line, ...verdict });
    else if (verdict === 'unchanged') unchanged += 1;
    else if (verdict === 'repeated') repeated += 1;
    else if (row !== undefined) mended.push({ line, row });
  }
  throwAll(problems);
  const files = new Map<string, string>();
  for (const [source, own] of bySource(mended)) {
    files.set(freeName(files, source), replayText(table, own));
  }
  const hash = hasher.hash(JSON.stringify([...files])).slice(0, 12);
  const folder = `${replayFolder(contract.dataset, table.name)}/${hash}`;
  return { folder, files, rows: mended.length, unchanged, repeated };
}

function placeOf({ loadId, rowNumber, sourceFile }: EditedLine | QuarantinedRow): string {
  return `${loadId} ${rowNumber} ${sourceFile}`;
}

type Verdict = 'mended' | 'unchanged' | 'repeated' | Pick<Problem, 'message' | 'hint'>;

/** Of the table's protected fields. */
interface Known {
  readonly fields: ReturnType<typeof protectedFields>;
  readonly forms: ReadonlySet<string>;
  readonly exported: (row: QuarantinedRow) => QuarantinedRow['fields'];
  readonly table: TableContract;
}

function judge(
  line: EditedLine,
  row: QuarantinedRow | undefined,
  before: ReplayedRow | undefined,
  known: Known,
): Verdict {
  const where = `row ${line.rowNumber} of ${line.sourceFile}`;
  if (row === undefined) {
    const message = `${where} is not in quarantine under load ${line.loadId}`;
    return { message, hint: 'its file may have come anew: export again' };
  }
  if (before !== undefined) {
    if (sameFields(known.table, before.fields, line.fields)) return 'repeated';
    const message = `${where} was replayed with other values, in line ${before.line} of ${before.file}`;
    return { message, hint: 'change it there and run' };
  }
  if (row.status === 'replayed') {
    return { message: `${where} was replayed already`, hint: 'leave the line out, or drop its file again, corrected' };
  }
  const empty = line.fields.every((field) => field === null);
  const exported = known.exported(row);
  if (exported === null ? empty : same(exported, line.fields)) return 'unchanged';
  if (empty)
    return { message: 'all of its fields are empty', hint: 'delete the line: the row then stays in quarantine' };
  const mistake = protectedMistake(known.fields, line, row, known.forms) ?? listMistake(known.table, line.fields);
  if (mistake !== undefined) return { ...mistake, message: `${where} ${mistake.message}` };
  return 'mended';
}

function same(one: readonly (string | null)[], other: readonly (string | null)[]): boolean {
  return one.every((field, index) => (field || null) === (other[index] || null));
}

function bySource<Row extends { row: QuarantinedRow }>(rows: readonly Row[]): Map<string, Row[]> {
  const sources = new Map<string, Row[]>();
  const ordered = [...rows].sort(
    ({ row: a }, { row: b }) => compare(a.sourceFile, b.sourceFile) || a.rowNumber - b.rowNumber || a.loadId - b.loadId,
  );
  for (const one of ordered) sources.set(one.row.sourceFile, [...(sources.get(one.row.sourceFile) ?? []), one]);
  return sources;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The file's own name, for columns may come from it; two files of one name lie in folders of their own. */
function freeName(taken: ReadonlyMap<string, string>, source: string): string {
  const name = source.slice(source.lastIndexOf('/') + 1).replace(/\.gz$/, '');
  for (let place = 1; ; place += 1) {
    const path = place === 1 ? name : `${place}/${name}`;
    if (!taken.has(path)) return path;
  }
}
