/**
 * What a batch does to a clean table, in SQL that Athena, Trino and DuckDB run alike.
 *
 * Which rows stand is told by all staged rows of the loads that count, so it is the same whatever was processed first:
 * - `merge`: of the rows that share a key, the last by (arrival, file, row number) gives the values; the lineage is that
 *   of the first row of the unbroken run of equal values before it, so that the same row dropped again changes nothing.
 * - `append`: rows are one where their identity and their ordinal among equal rows of their file are; the first by
 *   (arrival, file, row number) stands.
 * - `replace`: the rows of the version that arrived last, by the rule of merge.
 *
 * Only keys that a new or a leaving load has are looked at: no other row can change. A row is known by its load and its
 * number; one that is wanted and there already is no change.
 */

import { MOST_CHANGED } from '../../../../core/models/changed-rows.ts';
import {
  BATCH,
  changesTable,
  cleanTable,
  keyOf,
  LEAVES,
  LINEAGE,
  loadsTable,
  quoted,
  type ShapeColumn,
  stagedTable,
  type TableShape,
  text,
} from './shape.ts';

/**
 * What a load is to a batch. `new`: its rows come. `kept`: an older load that counts. `gone`: an older version of a file;
 * its rows go. `stands`: of a table that is replaced, the version that arrived last; the others count for nothing there.
 */
export type Role = 'new' | 'kept' | 'gone' | 'stands';

/** No load's: says that a batch is at its end. From then on, none of its statements changes anything any more. */
export const SETTLED = 'settled';

const ARRIVAL = 'ORDER BY "_arrived_at", "_source_file", "_row_number"';

const names = (columns: readonly ShapeColumn[], of = '') =>
  columns.map(({ name }) => `${of === '' ? '' : `${of}.`}${quoted(name)}`).join(', ');
const list = (columns: readonly string[]) => columns.map(quoted).join(', ');
const rowOf = (shape: TableShape) => [...shape.columns, ...LINEAGE];

/**
 * Writes the changes of a batch; to be submitted once.
 *
 * @param batch under which the loads that count are listed
 * @param partition of the changes: a batch whose statement failed is given another
 */
export function insertChanges(shape: TableShape, batch: string, partition: string): string {
  const columns = [...rowOf(shape), LEAVES, BATCH];
  const cast = ({ name, type }: ShapeColumn) => {
    const value = `CASE WHEN wanted."_load_id" IS NULL THEN here.${quoted(name)} ELSE wanted.${quoted(name)} END`;
    // Parquet as Athena writes it tells times to the millisecond, and so do files.
    return type === 'timestamp' ? `CAST(${value} AS timestamp(3))` : value;
  };
  return `INSERT INTO ${changesTable(shape)} (${names(columns)})
WITH loads AS (
  SELECT "load_id", "role" FROM ${loadsTable} WHERE "batch_id" = ${text(batch)}
), staged AS (
  SELECT ${names(rowOf(shape), 'staged')}, staged."_arrived_at", loads."role"
  FROM ${stagedTable(shape)} AS staged JOIN loads ON loads."load_id" = staged."_load_id"
), ${standing(shape)}
SELECT ${rowOf(shape).map(cast).join(', ')}, wanted."_load_id" IS NULL, ${text(partition)}
FROM here FULL JOIN wanted ON wanted."_load_id" = here."_load_id" AND wanted."_row_number" = here."_row_number"
WHERE wanted."_load_id" IS NULL OR here."_load_id" IS NULL`;
}

/** SQL of `here`, rows of the clean table, and `wanted`, those that ought to be there in their place. */
function standing(shape: TableShape): string {
  const clean = cleanTable(shape);
  const row = names(rowOf(shape));
  const isKeyed = keyOf(shape).length > 0;
  if (shape.load === 'replace') {
    const last = `SELECT * FROM staged WHERE "role" = 'stands'`;
    return `here AS (SELECT ${row} FROM ${clean}),
${isKeyed ? winners(shape, last) : `wanted AS (${last})`}`;
  }
  const touching = `SELECT "load_id" FROM loads WHERE "role" IN ('new', 'gone')`;
  if (!isKeyed) {
    return `here AS (SELECT ${row} FROM ${clean} WHERE "_load_id" IN (${touching})),
wanted AS (SELECT * FROM staged WHERE "role" = 'new')`;
  }
  const key = shape.load === 'append' ? [`${identityHash(shape)} AS "_identity"`] : shape.key.map(quoted);
  const touched = shape.load === 'append' ? ['_identity'] : shape.key;
  const meets = (rows: string) =>
    shape.load === 'append'
      ? `${identityHash(shape, rows)} = touched."_identity"`
      : shape.key.map((name) => `${rows}.${quoted(name)} = touched.${quoted(name)}`).join(' AND ');
  return `touched AS (
  SELECT DISTINCT ${list(touched)} FROM (
    SELECT ${key.join(', ')} FROM staged WHERE "role" <> 'kept'
    UNION ALL SELECT ${key.join(', ')} FROM ${clean} WHERE "_load_id" IN (SELECT "load_id" FROM loads WHERE "role" = 'gone')
  ) AS keys
), here AS (
  SELECT ${names(rowOf(shape), 'clean')} FROM ${clean} AS clean JOIN touched ON ${meets('clean')}
), ${winners(shape, `SELECT staged.* FROM staged JOIN touched ON ${meets('staged')} WHERE staged."role" <> 'gone'`)}`;
}

function winners(shape: TableShape, candidates: string): string {
  if (shape.load === 'append') {
    const identity = list(shape.identity);
    return `counted AS (
  SELECT *, row_number() OVER (PARTITION BY "_load_id", ${identity} ORDER BY "_row_number") AS "_ordinal"
  FROM (${candidates}) AS candidates
), placed AS (
  SELECT *, row_number() OVER (PARTITION BY ${identity}, "_ordinal" ${ARRIVAL}) AS "_place" FROM counted
), wanted AS (SELECT * FROM placed WHERE "_place" = 1)`;
  }
  const key = list(shape.key);
  const others = shape.columns.filter(({ name }) => !shape.key.includes(name));
  const value = others.length === 0 ? 'true' : `ROW(${names(others)})`;
  const order = `PARTITION BY ${key} ${ARRIVAL}`;
  return `compared AS (
  SELECT *, CASE WHEN row_number() OVER (${order}) = 1 OR lag(${value}) OVER (${order}) IS DISTINCT FROM ${value}
    THEN 1 ELSE 0 END AS "_starts" FROM (${candidates}) AS candidates
), runs AS (
  SELECT *, sum("_starts") OVER (${order} ROWS UNBOUNDED PRECEDING) AS "_run" FROM compared
), lasts AS (
  SELECT *, max("_run") OVER (PARTITION BY ${key}) AS "_last" FROM runs
), wanted AS (SELECT * FROM lasts WHERE "_starts" = 1 AND "_run" = "_last")`;
}

/**
 * A number for an identity: null equals null in it, which no join knows. Rows that share it by chance are looked at, and
 * left alone.
 */
function identityHash({ columns, identity }: TableShape, rows = ''): string {
  const texts = identity.map((name) => {
    const type = columns.find((column) => column.name === name)?.type;
    const own = `${rows === '' ? '' : `${rows}.`}${quoted(name)}`;
    // A zero has no sign, and a time no more than milliseconds, wherever it comes from.
    const value = type === 'double' ? `${own} + 0e0` : type === 'timestamp' ? `CAST(${own} AS timestamp(3))` : own;
    return `coalesce(CAST(${value} AS varchar), '-')`;
  });
  return `from_big_endian_64(xxhash64(to_utf8(concat(${[...texts, "''"].join(", '|', ")}))))`;
}

/** By which the clean table's files are split, as one text; null where it is not. */
export function partitionText({ partitionBy }: Pick<TableShape, 'partitionBy'>): string | null {
  if (partitionBy.length === 0) return null;
  const parts = partitionBy.map((entry) => {
    const [, unit, column] = /^(\w+)\((\w+)\)$/.exec(entry) ?? [];
    const value =
      unit === undefined || column === undefined ? quoted(entry) : `date_trunc(${text(unit)}, ${quoted(column)})`;
    return `coalesce(CAST(${value} AS varchar), '')`;
  });
  return parts.length === 1 ? (parts[0] ?? null) : `concat(${parts.join(", '|', ")})`;
}

/**
 * What is asked of the changes: `kind`, `name`, `n`. `entered`: by load, how many rows enter; `left`: how many leave;
 * `twice`: rows that are there more than once; `before`: whether the clean table has any row; `partition`: by partition,
 * in their order; `by <i>`: the values of the i-th column set, as a list of JSON.
 */
export function askChanges(shape: TableShape, partition: string, trackBy: readonly (readonly string[])[]): string {
  const changes = `${changesTable(shape)} WHERE "batch_id" = ${text(partition)}`;
  const place = partitionText(shape);
  const questions = [
    `SELECT 'entered' AS "kind", CAST("_load_id" AS varchar) AS "name", count(*) AS "n" FROM ${changes} AND NOT "_leaves" GROUP BY "_load_id"`,
    `SELECT 'left', '', count(*) FROM ${changes} AND "_leaves"`,
    `SELECT 'twice', '', count(*) FROM (SELECT 1 AS "one" FROM ${changes} GROUP BY "_load_id", "_row_number" HAVING count(*) > 1) AS "repeated"`,
    `SELECT 'before', '', count(*) FROM (SELECT 1 AS "one" FROM ${cleanTable(shape)} LIMIT 1) AS "any"`,
    ...(place === null ? [] : [`SELECT 'partition', ${place}, count(*) FROM ${changes} GROUP BY ${place}`]),
    ...trackBy.map((by, index) => {
      const values = by.map((name) => {
        const type = shape.columns.find((column) => column.name === name)?.type;
        return `CAST(${type === 'timestamp' ? `CAST(${quoted(name)} AS timestamp(3))` : quoted(name)} AS varchar)`;
      });
      return `SELECT ${text(`by ${index}`)}, json_format(CAST(ARRAY[${values.join(', ')}] AS json)), 1
  FROM (SELECT DISTINCT ${list(by)} FROM ${changes} LIMIT ${MOST_CHANGED + 1}) AS "changed"`;
    }),
  ];
  return `${questions.join('\nUNION ALL ')}\nORDER BY 1, 2`;
}

/** The first and the last of the partitions that a statement is to write. */
export type Span = readonly [first: string, last: string];

/**
 * Applies the changes. Made twice it changes nothing the second time; and once the batch is settled it changes nothing at
 * all, so that a function that was overtaken does no harm, whenever its statement begins.
 */
export function mergeChanges(shape: TableShape, batch: string, partition: string, span: Span | null): string {
  const place = partitionText(shape);
  const within =
    span === null || place === null ? '' : `\n  AND ${place} BETWEEN ${text(span[0])} AND ${text(span[1])}`;
  const columns = rowOf(shape);
  return `MERGE INTO ${cleanTable(shape)} AS clean USING (
  SELECT ${names([...columns, LEAVES])} FROM ${changesTable(shape)}
  WHERE "batch_id" = ${text(partition)}
  AND NOT EXISTS (SELECT 1 FROM ${loadsTable} WHERE "batch_id" = ${text(batch)} AND "role" = ${text(SETTLED)})${within}
) AS changes
ON clean."_load_id" = changes."_load_id" AND clean."_row_number" = changes."_row_number"
WHEN MATCHED AND changes."_leaves" THEN DELETE
WHEN NOT MATCHED AND NOT changes."_leaves" THEN
  INSERT (${names(columns)}) VALUES (${names(columns, 'changes')})`;
}

/** Athena writes at most 100 partitions in a statement. */
const MOST_PARTITIONS = 90;

/** @param partitions in their order */
export function spansOf(partitions: readonly string[]): readonly (Span | null)[] {
  if (partitions.length <= MOST_PARTITIONS) return [null];
  const spans: Span[] = [];
  for (let from = 0; from < partitions.length; from += MOST_PARTITIONS) {
    const own = partitions.slice(from, from + MOST_PARTITIONS);
    spans.push([own[0] ?? '', own.at(-1) ?? '']);
  }
  return spans;
}
