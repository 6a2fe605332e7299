/** Names in Athena's DDL, which are Hive's, and in Trino's. */

import { WORDS } from '../../../core/plans/dialect.ts';
import type { TokenReader } from '../sql/tokens.ts';
import { type Engine, QueryFailure, type TableName } from './engine.ts';

export const quoted = WORDS.identifier.duckdb;
export const literal = WORDS.literal.duckdb;

/** `[[awsdatacatalog.]database.]table`; names are in lower case, however they are written. */
export function tablePath(reader: TokenReader): string[] {
  const path = reader.path().map((part) => part.toLowerCase());
  if (path.length > 3 || (path.length === 3 && path[0] !== 'awsdatacatalog')) reader.fail('<database>.<table>');
  return path.slice(-2);
}

export function resolve(path: readonly string[], { database }: Engine): TableName {
  const [table = '', own = database] = [...path].reverse();
  if (own === undefined) {
    throw new QueryFailure('SCHEMA_NOT_FOUND: Schema must be specified when session schema is not set');
  }
  return { database: own, table };
}

/** For what Trino's catalog of Hive tables does not redirect. */
export const icebergName = ({ database, table }: TableName) => `iceberg.${quoted(database)}.${quoted(table)}`;

export const catalogName = ({ database, table }: TableName) => `awsdatacatalog.${quoted(database)}.${quoted(table)}`;

/** A folder's address ends in a slash. */
export const folder = (location: string) => (location.endsWith('/') ? location : `${location}/`);
