/**
 * The version of every table that people query, kept in the transaction of its change: whoever holds a copy of a
 * version knows whether it is still the table, after a kill too. Versions are random, so that a lake made anew never
 * repeats one.
 */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type RowChange, rowsAmong } from '../../../core/models/changed-rows.ts';
import { WORDS } from '../../../core/plans/dialect.ts';
import type { TableState } from '../../../core/ports.ts';
import { LandfallError } from '../../../core/problems.ts';
import type { Exported, WarehouseColumn, WarehouseType } from '../../../core/warehouse/types.ts';
import type { Database } from '../../duckdb/database.ts';

const [quoted, text] = [WORDS.identifier.duckdb, WORDS.literal.duckdb];

/** Gives a table a new version; belongs into the transaction that changes it. */
export async function renew(database: Database, table: string, change?: RowChange): Promise<void> {
  const name = text(table);
  const list = (values: readonly string[]) => `[${values.map(text).join(', ')}]`;
  let changed = 'NULL, NULL, NULL';
  if (change !== undefined) {
    const [old] = await database.rows<{ version: string }>(
      `SELECT version FROM storage.versions WHERE table_name = ${name}`,
    );
    const values = `CAST([${change.values.map(list).join(', ')}] AS VARCHAR[][])`;
    changed = `${old === undefined ? 'NULL' : text(old.version)}, ${list(change.by)}, ${values}`;
  }
  await database.run(`DELETE FROM storage.versions WHERE table_name = ${name};
    INSERT INTO storage.versions VALUES (${name}, CAST(uuid() AS VARCHAR), ${changed})`);
}

/** Gives a version to a table that has none: an empty one, just made. */
export async function renewUnknown(database: Database, table: string): Promise<void> {
  await database.run(`INSERT INTO storage.versions (table_name, version) SELECT ${text(table)}, CAST(uuid() AS VARCHAR)
    WHERE ${text(table)} NOT IN (SELECT table_name FROM storage.versions)`);
}

export async function tableStates(database: Database): Promise<ReadonlyMap<string, TableState>> {
  const rows = await database.rows<{
    table_name: string;
    version: string;
    since: string | null;
    changed_by: string[] | null;
    names: string[];
    types: string[];
  }>(`SELECT versions.table_name, version, since, changed_by,
      list(column_name ORDER BY column_index) AS names, list(data_type ORDER BY column_index) AS types
    FROM storage.versions JOIN duckdb_columns() AS columns
      ON columns.schema_name || '.' || columns.table_name = versions.table_name AND NOT internal
      AND columns.database_name = current_database()
    GROUP BY ALL`);
  return new Map(
    rows.map(({ table_name, version, since, changed_by, names, types }) => {
      const columns = names.map((name, i): WarehouseColumn => ({ name, type: warehouseType(types[i] ?? '') }));
      const change = since === null || changed_by === null ? null : { since, by: changed_by };
      return [table_name, { version, columns, change }];
    }),
  );
}

/** A list, a map and the like have no counterpart; as text they can at least be read. */
function warehouseType(type: string): WarehouseType {
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(type);
  if (decimal !== null) return `decimal(${Number(decimal[1])},${Number(decimal[2])})`;
  if (/^U?(TINYINT|SMALLINT)$|^INTEGER$/.test(type)) return 'integer';
  if (/^(BIGINT|UINTEGER)$/.test(type)) return 'bigint';
  if (/^(HUGEINT|UBIGINT|UHUGEINT)$/.test(type)) return 'decimal(38,0)';
  if (/^(DOUBLE|FLOAT)$/.test(type)) return 'double';
  if (type === 'BOOLEAN') return 'boolean';
  if (type === 'DATE') return 'date';
  return type === 'TIMESTAMP' || type.startsWith('TIMESTAMP_') ? 'timestamp' : 'string';
}

let exports = 0;

/** Writes a table, or what changed of it, as CSV into the scratch folder. */
export async function exportTable(
  database: Database,
  scratch: string,
  table: string,
  since?: string,
): Promise<Exported> {
  await mkdir(scratch, { recursive: true });
  // The next exports begin while this one waits.
  exports += 1;
  const file = join(scratch, `export-${exports}`);
  const [schema = '', name = ''] = table.split('.');
  const source = `SELECT * FROM ${quoted(schema)}.${quoted(name)}`;
  const rows = `${file}.csv`;
  if (since === undefined) {
    await write(database, source, rows);
    return { rows, keys: null };
  }
  const [change] = await database.rows<{ changed_by: string[]; changed: string[][] }>(`SELECT changed_by, changed
    FROM storage.versions WHERE table_name = ${text(table)} AND since = ${text(since)}`);
  if (change === undefined) {
    throw new LandfallError({ code: 'unknown-version', message: `${table} has no changes since version ${since}` });
  }
  const keys = `${file}-keys.csv`;
  await write(database, `${source} WHERE ${rowsAmong(change.changed_by, change.changed)}`, rows);
  const none = `SELECT ${change.changed_by.map(quoted).join(', ')} FROM (${source}) WHERE false`;
  const values = change.changed.map((row) => `(${row.join(', ')})`).join(', ');
  await write(database, values === '' ? none : `SELECT * FROM (VALUES ${values})`, keys);
  return { rows, keys };
}

async function write(database: Database, select: string, path: string): Promise<void> {
  await database.run(`COPY (${select}) TO ${text(path)} (FORMAT csv, HEADER false)`);
}
