import type { LandedFile } from '../landed.ts';
import type { Problem } from '../problems.ts';
import { matchesGlob } from './glob.ts';
import { isReplay, replayedTable } from './replay.ts';
import type { Contract, TableContract } from './types.ts';

/**
 * The table that a landed file belongs to, or undefined where it belongs to none.
 * `key` is relative to the landing zone, with `/`: `shop/receipts/2024.csv.gz`.
 */
export function matchTable(contract: Contract, key: string): TableContract | undefined {
  const prefix = `${contract.dataset}/`;
  if (!key.startsWith(prefix)) return undefined;
  if (isReplay(key)) return replayedTable(contract, key);
  const path = key.slice(prefix.length).replace(/\.gz$/, '');
  return contract.tables.find((table) => matchesGlob(table.landing, path));
}

/**
 * What the one capture group of `pattern` finds in a file's name, or null where the name does not match.
 * The name is that of `key` without folder, `.csv` or `.ndjson`, and `.gz`, and must match as a whole.
 */
export function fileValue(pattern: string, key: string): string | null {
  const name = key.slice(key.lastIndexOf('/') + 1).replace(/\.(csv|ndjson)(\.gz)?$/, '');
  return new RegExp(`^(?:${pattern})$`, 'u').exec(name)?.[1] ?? null;
}

/** Whether a file's name says that it is still being written; once it is whole, it gets its own. */
export function isUnfinished(key: string): boolean {
  return /\.(part|partial|tmp|temp|crdownload|download|filepart)$/i.test(key);
}

/** A name that can't be said: bytes that are no text come as U+FFFD, and a terminal would obey control characters. */
export function isUnspeakable(name: string): boolean {
  return /[\p{Cc}\uFFFD]/u.test(name);
}

/** A file or a folder of such a name. */
export function unspeakable(key: string): LandedFile {
  return refusedFile(key, 'bad-file-name', 'the name is not UTF-8 text, or has a control character', 'rename it');
}

/** A file that can't be taken, as its place or its name tells. */
export function refusedFile(key: string, code: string, message: string, hint: string): LandedFile {
  const file = key.replaceAll(/\p{Cc}/gu, (mark) => `\\x${mark.charCodeAt(0).toString(16).padStart(2, '0')}`);
  const problem: Problem = { code, file, message, hint };
  return { key, bytes: 0, modifiedAt: 0, fingerprint: '', problem };
}
