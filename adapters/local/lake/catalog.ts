/** The tables that are there before any row lands: `ops.*`, the ledger, and an empty clean table a contract's. */

import { BOOKS } from '../../../core/books.ts';
import type { ColumnType, Contract } from '../../../core/contracts/types.ts';
import { TYPE_NAME } from '../../../core/plans/dialect.ts';
import type { LoadPlan } from '../../../core/plans/load-plan.ts';
import type { Database } from '../../duckdb/database.ts';
import { cleanName, quoted, text } from '../../duckdb/names.ts';
import type { Definitions } from './definitions.ts';
import { renew, renewUnknown } from './versions.ts';

/**
 * A clean table is a view over its storage: rows carry the number of their load, and the file's name comes from the
 * ledger, for a text repeated in thirteen million rows costs as much to write as all their numbers.
 */
export function storageOf(plan: LoadPlan): string {
  return `storage.${quoted(`${plan.schema}__${plan.table}`)}`;
}

/** Rows that a later arrival overrides; they come back when it goes. */
export function shadowOf(plan: LoadPlan): string {
  return `storage.${quoted(`${plan.schema}__${plan.table}__superseded`)}`;
}

/**
 * The file of every load, by its number. A list in a scalar subquery, not a join: where a query doesn't ask for the
 * file's name it is pruned and the rows are scanned alone, which a join never is.
 */
const SOURCE_FILES = `(SELECT list(ledger.source_file ORDER BY numbers.load_id)
  FROM generate_series(1, (SELECT max(load_id) FROM storage.ledger)) AS numbers(load_id)
  LEFT JOIN storage.ledger ON ledger.load_id = numbers.load_id)`;

const OPS = `
CREATE SCHEMA IF NOT EXISTS ops;
CREATE SCHEMA IF NOT EXISTS storage;
${Object.entries(BOOKS).map(createBook).join('\n')}
CREATE TABLE IF NOT EXISTS storage.checked (table_name VARCHAR, rules_hash VARCHAR);
CREATE TABLE IF NOT EXISTS storage.ledger (
  load_id BIGINT, dataset VARCHAR, table_name VARCHAR, source_file VARCHAR, content_hash VARCHAR, plan_hash VARCHAR,
  fingerprint VARCHAR, is_latest BOOLEAN, is_current BOOLEAN, header VARCHAR);
ALTER TABLE storage.ledger ADD COLUMN IF NOT EXISTS header VARCHAR;
CREATE TABLE IF NOT EXISTS storage.replays (
  load_id BIGINT, row_number BIGINT, source_file VARCHAR, source_row BIGINT, content_hash VARCHAR);
CREATE TABLE IF NOT EXISTS storage.headers (dataset VARCHAR, table_name VARCHAR, header VARCHAR);
CREATE TABLE IF NOT EXISTS storage.evolved (dataset VARCHAR, table_name VARCHAR, column_name VARCHAR);
CREATE TABLE IF NOT EXISTS storage.stale (table_name VARCHAR);
CREATE TABLE IF NOT EXISTS storage.models (
  table_name VARCHAR, definition_hash VARCHAR, made_at TIMESTAMP, warned VARCHAR);
ALTER TABLE storage.models ADD COLUMN IF NOT EXISTS made_at TIMESTAMP;
ALTER TABLE storage.models ADD COLUMN IF NOT EXISTS warned VARCHAR;
CREATE TABLE IF NOT EXISTS storage.versions (
  table_name VARCHAR, version VARCHAR, since VARCHAR, changed_by VARCHAR[], changed VARCHAR[][]);
CREATE TABLE IF NOT EXISTS storage.erased (
  dataset VARCHAR, table_name VARCHAR, columns VARCHAR[], keys VARCHAR[], digests VARCHAR[], erased_at TIMESTAMP);
CREATE TABLE IF NOT EXISTS storage.salt (salt VARCHAR);
`;

function createBook([name, columns]: readonly [string, Readonly<Record<string, ColumnType>>]): string {
  const all = Object.entries(columns).map(([column, type]) => `${column} ${sqlType(type)}`);
  return `CREATE TABLE IF NOT EXISTS ops.${name} (${all.join(', ')});`;
}

/** The tables that are there whatever the contracts say. */
export async function createOps(database: Database, definitions: Definitions): Promise<void> {
  await definitions.ensure('ops', OPS, () => database.run(OPS));
}

export async function createCleanTables(
  database: Database,
  definitions: Definitions,
  contract: Contract,
  plans: readonly LoadPlan[],
): Promise<void> {
  const schema = `CREATE SCHEMA IF NOT EXISTS ${quoted(contract.schema)}`;
  await definitions.ensure(`schema ${contract.schema}`, schema, () => database.run(schema));
  for (const plan of plans.filter(({ dataset }) => dataset === contract.dataset)) {
    const wanted = columnsOf(plan);
    const view = [viewOf(plan), ...commentsOf(contract, plan)].join(';\n');
    await definitions.ensure(`table ${cleanName(plan)}`, `${JSON.stringify(wanted)}\n${view}`, async () => {
      for (const table of [storageOf(plan), shadowOf(plan)]) await shape(database, plan, table, wanted);
      await database.run(view);
      await renewUnknown(database, cleanName(plan));
    });
  }
}

/** SQL that makes the view that people query. */
export function viewOf(plan: LoadPlan): string {
  const columns = plan.columns.map(({ name }) => `rows.${quoted(name)}`);
  return `CREATE OR REPLACE VIEW ${quoted(plan.schema)}.${quoted(plan.table)} AS
    SELECT ${columns.join(', ')}, rows._load_id, ${SOURCE_FILES}[rows._load_id] AS _source_file, rows._row_number
    FROM ${storageOf(plan)} AS rows`;
}

/** A hash of the identity, by which equal rows are looked for; append tables alone have it. */
export const IDENTITY = '_identity';

function columnsOf(plan: LoadPlan): { name: string; type: string }[] {
  return [
    ...plan.columns.map((column) => ({ name: column.name, type: column.sqlType })),
    { name: '_load_id', type: 'BIGINT' },
    { name: '_row_number', type: 'INTEGER' },
    ...(plan.load === 'append' && plan.overlap === 'ordinal' ? [{ name: IDENTITY, type: 'UBIGINT' }] : []),
  ];
}

/** SQL of the columns that the table's storage has; those that it has got since it was made may stand elsewhere in it. */
export function storedColumns(plan: LoadPlan): string {
  return columnsOf(plan)
    .map(({ name }) => quoted(name))
    .join(', ');
}

/** SQL of a table with these columns, to insert into. */
export function into(table: string, plan: LoadPlan): string {
  return `${table} (${storedColumns(plan)})`;
}

/** Makes a table, or gives an older one the columns of today's contract: what can't be kept is null until it reloads. */
async function shape(
  database: Database,
  plan: LoadPlan,
  name: string,
  wanted: { name: string; type: string }[],
): Promise<void> {
  const columns = wanted.map((column) => `${quoted(column.name)} ${column.type}`).join(', ');
  await database.run(`CREATE TABLE IF NOT EXISTS ${name} (${columns})`);
  const found = await database.rows<{ column_name: string; column_type: string }>(
    `SELECT column_name, column_type FROM (DESCRIBE ${name})`,
  );
  const same =
    found.length === wanted.length &&
    wanted.every((own) => found.some((one) => one.column_name === own.name && one.column_type === own.type));
  if (same) return;
  const have = new Set(found.map((column) => column.column_name));
  const kept = wanted.map(({ name, type }) => (have.has(name) ? `TRY_CAST(${quoted(name)} AS ${type})` : 'NULL'));
  await database.transaction(async () => {
    await database.run(`CREATE TEMP TABLE reshaped AS SELECT * FROM ${name}`);
    await database.run(`DROP TABLE ${name}`);
    await database.run(`CREATE TABLE ${name} (${columns})`);
    await database.run(`INSERT INTO ${name} SELECT ${kept.join(', ')} FROM reshaped`);
    await database.run('DROP TABLE reshaped');
    await renew(database, cleanName(plan));
    // What the old shape had and this one lacks is gone: whichever contract loads next, it reads the files again.
    await database.run(`UPDATE storage.ledger SET plan_hash = '' WHERE dataset = ${text(plan.dataset)}
      AND table_name = ${text(plan.table)}`);
  });
}

function commentsOf(contract: Contract, plan: LoadPlan): string[] {
  const view = `${quoted(plan.schema)}.${quoted(plan.table)}`;
  const table = contract.tables.find(({ name }) => name === plan.table);
  if (table === undefined) return [];
  const columns = table.columns.map(({ name, description, unit }) => {
    const told = unit === undefined ? description : `${description} (${unit})`;
    return `COMMENT ON COLUMN ${view}.${quoted(name)} IS ${text(told)}`;
  });
  return [`COMMENT ON VIEW ${view} IS ${text(table.description)}`, ...columns];
}

export function sqlType(type: keyof typeof TYPE_NAME): string {
  return TYPE_NAME[type].duckdb;
}
