/** Names that engines keep for themselves. */

/** Columns that every table has already: of DuckDB `rowid`, of PostgreSQL and Redshift the others. */
export const SYSTEM_COLUMNS: ReadonlySet<string> = new Set([
  'rowid',
  'oid',
  'tableoid',
  'xmin',
  'cmin',
  'xmax',
  'cmax',
  'ctid',
]);

/** Schemas that Landfall or an engine has for itself. */
export const RESERVED_DATASETS: ReadonlySet<string> = new Set([
  'ops',
  'main',
  'temp',
  'system',
  'default',
  'information-schema',
]);
