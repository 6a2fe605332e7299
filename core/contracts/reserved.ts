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

/** Schemas, and folders of the lake beside theirs, that Landfall or an engine has for itself. */
export const RESERVED_DATASETS: ReadonlySet<string> = new Set([
  'ops',
  'landing',
  'landfall-staged',
  'landfall-tables',
  'books',
  'results',
  'exports',
  'manifests',
  'batches',
  'runs',
  'exports',
  'landfall',
  'landfall-catalog',
  'public',
  'books',
  'results',
  'pull',
  'landfall-tables',
  'main',
  'temp',
  'system',
  'default',
  'information-schema',
]);
