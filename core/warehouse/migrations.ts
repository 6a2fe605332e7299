/**
 * What the warehouse on AWS must have before anything is published: accounts' rights, schemas, typed and empty tables,
 * books. It is ordered SQL made of the contracts and models. Each migration is one transaction that may be made again,
 * over whatever an older version left; none takes away a table or a row.
 */

import type { Project } from '../project.ts';
import { MOST_STATEMENTS, TURN } from './redshift.ts';
import { BOOKS, columnList, identifier, PUBLISHED, qualified, READER, READER_ROLE, text, WORDS } from './statements.ts';
import { warehouseTables } from './tables.ts';
import type { WarehouseColumn, WarehouseTable } from './types.ts';

/** Owns every schema and table, and publishes; it can do nothing else. */
export const OWNER = 'landfall_owner';
/** What readers may know of the books: which table is as new as when. */
export const CATALOG = 'landfall_catalog';

export interface Migration {
  /** For a person who reads that it failed. */
  readonly name: string;
  /** Users, roles and schemas are the administrator's to make; all else is the owner's. */
  readonly as: 'administrator' | 'owner';
  readonly statements: readonly MigrationStatement[];
}

export interface MigrationStatement {
  readonly sql: string;
  /** A question: where it has a row, the statement is left out. For what has no IF NOT EXISTS. */
  readonly unless?: string;
}

export interface Limits {
  /** Milliseconds that a statement of a reader may take, its wait for a turn included. */
  readonly readerTimeout: number;
  readonly readerConnections: number;
}

/** @param columns by `schema.table`, of the tables whose columns are known before data lands */
export function migrationsOf(
  project: Project,
  columns: ReadonlyMap<string, readonly WarehouseColumn[]>,
  database: string,
  limits: Limits,
): readonly Migration[] {
  const tables = warehouseTables(project);
  return [
    rights(database, limits),
    ...schemas(project.contracts.map(({ schema }) => schema)),
    books(),
    ...project.contracts.flatMap(({ schema }) =>
      dataSet(
        schema,
        tables.filter((table) => table.schema === schema),
        columns,
      ),
    ),
    catalog(),
  ];
}

/** Which migrations were made last; their hash. */
export function selectMigrated(): string {
  return `SELECT "hash" FROM ${MIGRATED} ORDER BY "applied_at" DESC, "hash"`;
}

/** Has a row where there are books to ask. */
export function selectHasBooks(): string {
  return `SELECT "tablename" FROM "pg_tables" WHERE "schemaname" = ${text(BOOKS)} AND "tablename" = 'migrations'`;
}

/** To be written when all of them are made. */
export function rememberMigrated(hash: string): readonly string[] {
  return [TURN, `DELETE FROM ${MIGRATED}`, `INSERT INTO ${MIGRATED} ("hash") VALUES (${text(hash)})`];
}

/** Has a row where there is such a user. */
export function selectUser(name: string): string {
  return `SELECT "usename" FROM "pg_user" WHERE "usename" = ${text(name)}`;
}

/** @param digest as Redshift takes it, `sha256|digest|salt`: no password is in a statement */
export function setPassword(name: string, digest: string, isNew: boolean): string {
  return `${isNew ? 'CREATE' : 'ALTER'} USER ${identifier(name)} PASSWORD ${text(digest)}`;
}

const MIGRATED = `${identifier(BOOKS)}."migrations"`;
const { reader } = WORDS.redshift;

function rights(database: string, { readerTimeout, readerConnections }: Limits): Migration {
  const [role, login] = [identifier(READER_ROLE), identifier(READER)];
  const known = `SELECT "role_name" FROM "svv_roles" WHERE "role_name" = ${text(READER_ROLE)}`;
  return {
    name: 'what accounts may do',
    as: 'administrator',
    statements: [
      { sql: `CREATE ROLE ${role}`, unless: known },
      ...[
        `GRANT ${reader} TO ${login}`,
        `ALTER USER ${login} CONNECTION LIMIT ${readerConnections}`,
        `ALTER USER ${login} SET statement_timeout TO ${readerTimeout}`,
        `REVOKE ALL ON DATABASE ${identifier(database)} FROM PUBLIC`,
        `REVOKE ALL ON SCHEMA "public" FROM PUBLIC`,
      ].map(always),
    ],
  };
}

function schemas(names: readonly string[]): readonly Migration[] {
  const statements = [BOOKS, CATALOG, ...names].flatMap((name) => [
    `CREATE SCHEMA IF NOT EXISTS ${identifier(name)} AUTHORIZATION ${identifier(OWNER)}`,
    `REVOKE ALL ON SCHEMA ${identifier(name)} FROM PUBLIC`,
  ]);
  return parts('schemas', 'administrator', statements, MOST_STATEMENTS);
}

function books(): Migration {
  const now = (name: string) => `"${name}" timestamp DEFAULT getdate()`;
  return {
    name: 'books',
    as: 'owner',
    statements: [
      `CREATE TABLE IF NOT EXISTS ${MIGRATED} ("hash" varchar(64) NOT NULL, ${now('applied_at')})`,
      `CREATE TABLE IF NOT EXISTS ${PUBLISHED} ("table_name" varchar(256) NOT NULL, "version" varchar(64) NOT NULL, "definition" varchar(64) NOT NULL, ${now('published_at')})`,
      `CREATE TABLE IF NOT EXISTS ${identifier(BOOKS)}."staged" ("table_name" varchar(256) NOT NULL, ${now('staged_at')})`,
    ].map(always),
  };
}

/** What is there stays as it is: a table whose columns changed is made anew when it is published. */
function dataSet(
  schema: string,
  tables: readonly WarehouseTable[],
  columns: ReadonlyMap<string, readonly WarehouseColumn[]>,
): readonly Migration[] {
  const place = identifier(schema);
  const statements = [
    `GRANT USAGE ON SCHEMA ${place} TO ${reader}`,
    `ALTER DEFAULT PRIVILEGES IN SCHEMA ${place} GRANT SELECT ON TABLES TO ${reader}`,
    ...tables.flatMap((table) => {
      const own = columns.get(table.table);
      const layout = WORDS.redshift.layout(table);
      return own === undefined ? [] : [`CREATE TABLE IF NOT EXISTS ${qualified(table)} (${columnList(own)})${layout}`];
    }),
    `GRANT SELECT ON ALL TABLES IN SCHEMA ${place} TO ${reader}`,
  ];
  return parts(`data set ${schema}`, 'owner', statements, MOST_STATEMENTS - 1).map((part) => ({
    ...part,
    statements: [always(TURN), ...part.statements],
  }));
}

function catalog(): Migration {
  const place = identifier(CATALOG);
  return {
    name: 'catalog',
    as: 'owner',
    statements: [
      TURN,
      `CREATE OR REPLACE VIEW ${place}."published_tables" AS SELECT "table_name", "published_at" FROM ${PUBLISHED}`,
      `GRANT USAGE ON SCHEMA ${place} TO ${reader}`,
      `GRANT SELECT ON ${place}."published_tables" TO ${reader}`,
    ].map(always),
  };
}

function parts(name: string, as: Migration['as'], statements: readonly string[], most: number): readonly Migration[] {
  const count = Math.ceil(statements.length / most);
  return Array.from({ length: count }, (_, part) => ({
    name: count === 1 ? name : `${name}, part ${part + 1} of ${count}`,
    as,
    statements: statements.slice(part * most, (part + 1) * most).map(always),
  }));
}

const always = (sql: string): MigrationStatement => ({ sql });
