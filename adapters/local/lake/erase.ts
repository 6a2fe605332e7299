/**
 * Rows that are to be forgotten leave the clean table, its shadow and the quarantine; what then stands is what loading
 * every file again would give, for the rule that stays behind takes the same rows out of a load.
 */

import type { LoadPlan } from '../../../core/plans/load-plan.ts';
import type { PlannedColumn } from '../../../core/plans/planned-column.ts';
import { keptFields } from '../../../core/plans/records.ts';
import type { Equality, Erasure } from '../../../core/ports.ts';
import { LandfallError } from '../../../core/problems.ts';
import type { Database } from '../../duckdb/database.ts';
import { cleanName, quoted, text } from '../../duckdb/names.ts';
import type { ProtectKey } from '../../duckdb/protect-key.ts';
import { shadowOf, storageOf } from './catalog.ts';
import { digest, keyOf, lendSalt, matches, type Rule, remember } from './erasure.ts';
import { merge, NONE, noRows } from './merge.ts';
import { replace } from './replace.ts';
import { dropTemporary } from './temporary.ts';
import { renew } from './versions.ts';

/** A shorter text is found by chance in rows that are none of its own. */
const SHORTEST_FOUND = 6;

export async function erase(
  database: Database,
  plan: LoadPlan,
  where: readonly Equality[],
  key: ProtectKey,
  pretend: boolean,
): Promise<Erasure> {
  const columns = where.map(({ column }) => columnOf(plan, column));
  const work = () => lendSalt(database, () => eraseRows(database, { plan, where, columns, key, pretend }));
  try {
    return await (plan.isKeyed ? key.lend(database, work) : work());
  } finally {
    await dropTemporary(database, TEMPORARY);
  }
}

const TEMPORARY = [
  'erasing',
  'erased_rows',
  'erased_records',
  'files',
  'fresh',
  'ranked',
  'touched',
  'leaving',
  'written',
  'versions',
  'replayed',
];

function columnOf(plan: LoadPlan, name: string): PlannedColumn {
  const found = plan.columns.find((column) => column.name === name);
  const names = plan.columns.map((column) => column.name).join(', ');
  if (found === undefined) throw wrong(`${cleanName(plan)} has no column "${name}", expected one of ${names}`);
  if (found.protect === 'mask' || found.protect === 'drop') {
    throw wrong(`"${name}" is protected by ${found.protect}, so it can't tell one person's rows: name another column`);
  }
  return found;
}

function wrong(message: string): LandfallError {
  return new LandfallError({ code: 'usage', message, hint: 'landfall forget --help' }, 2);
}

interface Erasing {
  readonly plan: LoadPlan;
  readonly where: readonly Equality[];
  readonly columns: readonly PlannedColumn[];
  readonly key: ProtectKey;
  readonly pretend: boolean;
}

async function eraseRows(database: Database, erasing: Erasing): Promise<Erasure> {
  const { plan, pretend } = erasing;
  const rules = await rulesOf(database, erasing);
  await findRows(database, erasing, rules);
  await findRecords(database, erasing);
  const found = await count(database);
  if (pretend) return found;
  await database.transaction(async () => {
    await remember(database, plan, rules);
    await takeOut(database, plan);
    await settleBooks(database);
    await forgetErrors(database, erasing, rules);
    await renew(database, cleanName(plan));
    await database.run(`INSERT INTO storage.stale VALUES (${text(cleanName(plan))})`);
  });
  return found;
}

/** More than one where a value can be meant in two ways: as it lands, or as it is stored. */
async function rulesOf(database: Database, { plan, where, columns, key }: Erasing): Promise<Rule[]> {
  let digests: string[][] = [[]];
  for (const [index, column] of columns.entries()) {
    const given = where[index]?.value ?? '';
    const own = await digestsOf(database, plan, column, given, key);
    digests = digests.flatMap((before) => own.map((value) => [...before, value]));
  }
  const [names, keys] = [columns.map(({ name }) => name), columns.map((column) => keyOf(column, key))];
  return digests.map((list) => ({ columns: names, keys, digests: list }));
}

async function digestsOf(
  database: Database,
  plan: LoadPlan,
  column: PlannedColumn,
  given: string,
  key: ProtectKey,
): Promise<string[]> {
  if (column.protect === 'hmac') return [key.hmac(given), ...(/^[0-9a-f]{64}$/.test(given) ? [given] : [])];
  const [found] = await database.rows<{ digest: string | null }>(
    `SELECT ${digest(column, 'value')} AS digest FROM (SELECT TRY_CAST($1 AS ${column.sqlType}) AS value)`,
    [given],
  );
  if (found === undefined || found.digest === null) {
    throw wrong(`the value given for "${column.name}" of ${cleanName(plan)} is no ${column.type}`);
  }
  return [found.digest];
}

const ERASING = 'SELECT digests FROM temp.erasing';

/** `erased_rows`: where they stand, in the table or in its shadow. */
async function findRows(database: Database, { plan, columns }: Erasing, rules: readonly Rule[]): Promise<void> {
  const lists = rules.map(({ digests }) => `([${digests.map(text).join(', ')}])`);
  await database.run(
    `CREATE OR REPLACE TEMP TABLE erasing AS SELECT * FROM (VALUES ${lists.join(', ')}) AS given(digests)`,
  );
  const names = columns.map(({ name }) => name);
  const found = (table: string, stands: boolean) => `SELECT _load_id, _row_number, ${stands} AS stands FROM ${table}
    WHERE ${matches(plan, names, ERASING, ({ name }) => quoted(name))}`;
  await database.run(`CREATE OR REPLACE TEMP TABLE erased_rows AS
    ${found(storageOf(plan), true)} UNION ALL ${found(shadowOf(plan), false)}`);
}

/**
 * `erased_records`: the records in quarantine that have the values, by the header of their own file, or the one that the
 * table's files were last seen with. Of a record that can't be split by it, all the values must be somewhere in its text.
 */
async function findRecords(database: Database, { plan, where, columns }: Erasing): Promise<void> {
  const mine = (table: string) =>
    `${table}.dataset = ${text(plan.dataset)} AND ${table}.table_name = ${text(plan.table)}`;
  const value = (column: PlannedColumn) => {
    if (column.header === null) return column.value(column.text(FILE_NAME));
    const field = `list_extract(fields, list_position(header, ${text(column.header)}))`;
    return column.protect === undefined ? column.value(column.text(field)) : field;
  };
  const own = [...new Set(plan.columns.flatMap(({ header }) => header ?? []))];
  const lastSeen = `(SELECT header FROM storage.headers WHERE ${mine('headers')})`;
  const header =
    plan.format === 'csv'
      ? `from_json(coalesce(ledger.header, ${lastSeen}), '["VARCHAR"]')`
      : `[${own.map(text).join(', ')}]`;
  const names = columns.map(({ name }) => name);
  const texts = where.map(({ value: given }) => given);
  const contained = texts.every((given) => given.length >= SHORTEST_FOUND)
    ? texts.map((_, index) => `contains(raw_row, $${index + 1})`).join(' AND ')
    : 'false';
  await database.run(
    `CREATE OR REPLACE TEMP TABLE erased_records AS
      SELECT id, load_id, row_number FROM (
        SELECT quarantine.rowid AS id, quarantine.*, ${keptFields(plan.format, own, 'raw_row')} AS fields, ${header} AS header
        FROM ops.quarantine LEFT JOIN storage.ledger ON ledger.load_id = quarantine.load_id
        WHERE ${mine('quarantine')} AND raw_row IS NOT NULL)
      WHERE CASE WHEN len(fields) = len(header) THEN ${matches(plan, names, ERASING, value)} ELSE ${contained} END`,
    contained === 'false' ? undefined : texts,
  );
}

const FILE_NAME = "parse_filename(regexp_replace(source_file, '[.]gz$', ''), true, 'forward_slash')";

async function count(database: Database): Promise<Erasure> {
  const [counts] = await database.rows<Record<'rows' | 'superseded' | 'quarantined', string>>(`SELECT
    (SELECT count(*) FROM erased_rows WHERE stands) AS rows,
    (SELECT count(*) FROM erased_rows WHERE NOT stands) AS superseded,
    (SELECT count(*) FROM (SELECT DISTINCT load_id, row_number FROM erased_records)) AS quarantined`);
  const files = await database.rows<{ key: string; rows: string }>(`SELECT source_file AS key, count(*) AS rows FROM (
      SELECT _load_id AS load_id, _row_number FROM erased_rows
      UNION SELECT load_id, row_number FROM erased_records) AS found
    JOIN ops.loads ON loads.load_id = found.load_id GROUP BY source_file ORDER BY source_file`);
  return {
    rows: Number(counts?.rows),
    superseded: Number(counts?.superseded),
    quarantined: Number(counts?.quarantined),
    files: files.map(({ key, rows }) => ({ key, rows: Number(rows) })),
  };
}

/** The rows go, and what they had overridden comes back. */
async function takeOut(database: Database, plan: LoadPlan): Promise<void> {
  const erased = '(_load_id, _row_number) IN (SELECT _load_id, _row_number FROM temp.erased_rows)';
  await database.run(`CREATE OR REPLACE TEMP TABLE files (file_no INTEGER, load_id BIGINT, source_file VARCHAR,
    arrived_at TIMESTAMP, rows_read BIGINT, rows_bad BIGINT, rows_erased BIGINT)`);
  const any = (await database.rows('SELECT 1 FROM erased_rows LIMIT 1')).length > 0;
  const gone = any ? erased : NONE;
  if (gone === NONE) return;
  if (plan.load === 'replace') await replace(database, plan, null, gone);
  else await merge(database, { plan, incoming: noRows(plan), gone, trackBy: [] });
}

/** As if the rows had never been more than repeats: the sums stay what they are. */
async function settleBooks(database: Database): Promise<void> {
  await database.run(`UPDATE ops.loads SET rows_loaded = rows_loaded - least(rows_loaded, found.rows),
      rows_duplicate = rows_duplicate + least(rows_loaded, found.rows)
    FROM (SELECT _load_id, count(*) AS rows FROM erased_rows WHERE stands GROUP BY _load_id) AS found
    WHERE found._load_id = loads.load_id`);
  await database.run(`UPDATE ops.loads SET rows_quarantined = rows_quarantined - found.rows,
      rows_duplicate = rows_duplicate + found.rows
    FROM (SELECT load_id, count(DISTINCT row_number) AS rows FROM erased_records GROUP BY load_id) AS found
    WHERE found.load_id = loads.load_id`);
  await database.run(`DELETE FROM ops.drift_values USING erased_rows AS found
    WHERE drift_values.load_id = found._load_id AND drift_values.row_number = found._row_number`);
  // A row has a record for each column that fails, and any of them may show it.
  await database.run(`DELETE FROM ops.quarantine USING erased_records AS found
    WHERE quarantine.load_id = found.load_id AND quarantine.row_number = found.row_number`);
}

/** An audit quotes an example, and so did the errors of the runs that it failed in. */
async function forgetErrors(database: Database, { where }: Erasing, rules: readonly Rule[]): Promise<void> {
  const said = '[{"code":"forgotten","message":"an error that quoted a value which was to be forgotten"}]';
  for (const value of wordsOf(where, rules)) {
    const quotedValue = JSON.stringify(value).slice(1, -1);
    await database.run(`UPDATE ops.runs SET errors = ${text(said)} WHERE contains(errors, $1)`, [quotedValue]);
    await database.run(
      `UPDATE ops.loads SET error = 'it quoted a value that was to be forgotten' WHERE contains(error, $1)`,
      [value],
    );
    // Of a file without a header, the first row is told of as one.
    await database.run(
      `UPDATE ops.drift SET column_name = NULL, detail = 'it quoted a value that was to be forgotten', suggestion = NULL
        WHERE contains(concat_ws(' ', column_name, detail, suggestion), $1)`,
      [value],
    );
  }
}

/** What may stand for the values in a text; a short one would be found everywhere. */
function wordsOf(where: readonly Equality[], rules: readonly Rule[]): string[] {
  const words = [...where.map(({ value }) => value), ...rules.flatMap(({ digests }) => digests)];
  return [...new Set(words)].filter((word) => word.length >= SHORTEST_FOUND);
}
