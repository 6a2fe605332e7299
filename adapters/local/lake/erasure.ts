/**
 * What a person asked to be forgotten, as rules that every later load is held against: an old export that is dropped
 * again does not bring the rows back.
 *
 * `storage.erased`: a rule is a list of columns and, of each, a digest of the value that it must have. Of a column that is
 * protected by hmac the digest is the value as it would be stored, and `keys` has the id of its key; of any other it is an
 * HMAC under the lake's own random salt. No rule has a value in clear.
 */

import { randomBytes } from 'node:crypto';
import { WORDS } from '../../../core/plans/dialect.ts';
import type { LoadPlan } from '../../../core/plans/load-plan.ts';
import type { PlannedColumn } from '../../../core/plans/planned-column.ts';
import { LandfallError } from '../../../core/problems.ts';
import type { Database } from '../../duckdb/database.ts';
import { cleanName, fileValueName, quoted, text } from '../../duckdb/names.ts';
import { lendKey, type ProtectKey } from '../../duckdb/protect-key.ts';

/** As `WORDS.hmac` knows it. */
const SALT = 'salt';

export interface Rule {
  readonly columns: readonly string[];
  readonly keys: readonly string[];
  readonly digests: readonly string[];
}

/** Runs `work` while the session can take digests under the lake's salt. */
export async function lendSalt<Result>(database: Database, work: () => Promise<Result>): Promise<Result> {
  await database.run('INSERT INTO storage.salt SELECT $1 WHERE NOT EXISTS (SELECT 1 FROM storage.salt)', [
    randomBytes(32).toString('hex'),
  ]);
  const [row] = await database.rows<{ salt: string }>('SELECT salt FROM storage.salt');
  return lendKey(database, SALT, row?.salt ?? '', work);
}

/** SQL of a value's digest, given the value as the clean table has it. */
export function digest({ protect }: PlannedColumn, value: string): string {
  return protect === 'hmac' ? value : WORDS.hmac.duckdb(`CAST(${value} AS VARCHAR)`, SALT);
}

/** SQL: true of a row that has all of a rule's values. */
export function matches(
  plan: LoadPlan,
  columns: readonly string[],
  rules: string,
  value: (column: PlannedColumn) => string,
): string {
  const planned = columns.map((name) => plan.columns.find((column) => column.name === name));
  const digests = planned.map((column) => (column === undefined ? 'NULL' : digest(column, value(column))));
  return `coalesce([${digests.join(', ')}] IN (${rules}), false)`;
}

const named = (plan: LoadPlan) => `dataset = ${text(plan.dataset)} AND table_name = ${text(plan.table)}`;
const list = (texts: readonly string[]) => `[${texts.map(text).join(', ')}]`;

export async function remember(database: Database, plan: LoadPlan, rules: readonly Rule[]): Promise<void> {
  for (const { columns, keys, digests } of rules) {
    const known = `${named(plan)} AND columns = ${list(columns)} AND keys = ${list(keys)} AND digests = ${list(digests)}`;
    await database.run(`INSERT INTO storage.erased SELECT ${text(plan.dataset)}, ${text(plan.table)}, ${list(columns)},
      ${list(keys)}, ${list(digests)}, make_timestamp(epoch_us(now()))
      WHERE NOT EXISTS (SELECT 1 FROM storage.erased WHERE ${known})`);
  }
}

/**
 * Takes staged rows that are to be forgotten out of `staged` and `mended`, sound or not; `files` keeps their number. They
 * count as duplicates, so that rows_read = rows_loaded + rows_duplicate + rows_quarantined.
 *
 * @throws LandfallError `erased-under-another-key` where a rule can't be held against rows, rather than let them back in
 */
export async function dropErased(
  database: Database,
  plan: LoadPlan,
  anyCareful: boolean,
  key: ProtectKey,
): Promise<void> {
  const kinds = await database.rows<{ columns: string[]; keys: string[] }>(
    `SELECT DISTINCT columns, keys FROM storage.erased WHERE ${named(plan)} ORDER BY ALL`,
  );
  if (kinds.length === 0) return;
  for (const { columns, keys } of kinds) expectSameKey(plan, columns, keys, key);
  await lendSalt(database, async () => {
    for (const { columns } of kinds) {
      const rules = `SELECT digests FROM storage.erased WHERE ${named(plan)} AND columns = ${list(columns)}`;
      for (const [table, which, bad] of anyCareful ? TABLES : TABLES.slice(0, 1)) {
        const erased = matches(plan, columns, rules, ({ name, header }) =>
          header === null ? `files.${fileValueName(name)}` : `${table}.${quoted(name)}`,
        );
        await database.run(`CREATE OR REPLACE TEMP TABLE erased_rows AS SELECT ${table}.rowid AS id, files.file_no, ${bad} AS bad
          FROM ${table} JOIN files ON files.file_no = ${table}._file_no WHERE ${which} AND ${erased}`);
        await database.run(`UPDATE files SET rows_bad = rows_bad - counted.bad, rows_erased = rows_erased + counted.erased
          FROM (SELECT file_no, count(*) AS erased, count(*) FILTER (bad) AS bad FROM erased_rows GROUP BY file_no) AS counted
          WHERE counted.file_no = files.file_no`);
        await database.run(`DELETE FROM ${table} WHERE rowid IN (SELECT id FROM erased_rows)`);
      }
    }
  });
}

const TABLES = [
  ['staged', 'NOT files.careful', 'staged._raw IS NOT NULL'],
  ['mended', 'files.careful', '(mended._reason IS NOT NULL OR NOT mended._sound)'],
] as const;

/** A column that was named in clear and is protected now, or the other way round, has other values too. */
function expectSameKey(plan: LoadPlan, columns: readonly string[], keys: readonly string[], key: ProtectKey): void {
  for (const [index, name] of columns.entries()) {
    const column = plan.columns.find((planned) => planned.name === name);
    const found = column === undefined ? 'none' : keyOf(column, key);
    if (found === keys[index]) continue;
    const message = `${cleanName(plan)} has values of "${name}" that are to stay forgotten, named under another key or another contract: nobody can tell whether they are among the new rows`;
    const hint =
      'set the key and the contract back, or begin a new state folder and forget the values there under the new ones';
    throw new LandfallError({ code: 'erased-under-another-key', message, hint });
  }
}

/** What decides a column's digests: the key that they are under, or the salt. */
export function keyOf({ protect }: PlannedColumn, key: ProtectKey): string {
  return protect === undefined ? SALT : protect === 'hmac' ? key.keyId() : protect;
}
