/**
 * Replay files: rows that a person mended in quarantine, as files of the landing zone, so that a fresh load has them too.
 * `<data set>/_replay/<table>/<hash>/<name of the file that the rows came in>`, in the format of the table.
 */

import type { Contract, TableContract } from './types.ts';

export const REPLAY_FOLDER = '_replay';

/** What a replay file has before the contract's columns: which row of which version of which file it stands for. */
export const ORIGIN = ['_source_file', '_row_number', '_content_hash'] as const;

export function replayFolder(dataset: string, table: string): string {
  return `${dataset}/${REPLAY_FOLDER}/${table}`;
}

/** The keys of a data set's replay files, and of no other file, begin so. */
export function replayPrefix(dataset: string): string {
  return `${dataset}/${REPLAY_FOLDER}/`;
}

export function isReplay(key: string): boolean {
  return key.split('/')[1] === REPLAY_FOLDER;
}

/** The table that a replay file is for. */
export function replayedTable({ dataset, tables }: Contract, key: string): TableContract | undefined {
  return tables.find(
    ({ name, format }) => key.endsWith(`.${format}`) && key.startsWith(`${replayFolder(dataset, name)}/`),
  );
}

/** A replay file's header without its origin columns, or which of them are not there. */
export function withoutOrigin(
  fields: readonly string[],
): { fields: readonly string[] } | { missing: readonly string[] } {
  const names = fields.map((field) => field.trim());
  const missing = ORIGIN.filter((name) => !names.includes(name));
  if (missing.length > 0) return { missing };
  return { fields: fields.filter((field) => !ORIGIN.some((name) => name === field.trim())) };
}
