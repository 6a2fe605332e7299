/**
 * A publication as Redshift does it. A transaction of the Data API has 40 statements at most, and each is one: COPY,
 * columns and comments of a data set's tables would not fit. So a table's rows are staged first, unseen, in a
 * transaction of its own; then one transaction switches every table of the data set and writes the books. It has a
 * statement or two a table, so that a data set of sixteen tables at least switches as a whole; of a larger one each
 * table does.
 */

import {
  BOOKS,
  columnList,
  comments,
  deleteAmong,
  identifier,
  PUBLISHED,
  qualified,
  text,
  WORDS,
} from './statements.ts';
import type { Exported, Publication, WarehouseColumn } from './types.ts';

/** Of one transaction of the Data API. */
export const MOST_STATEMENTS = 40;

/** What was staged and when: what a publication that was killed left is dropped by a later one. */
const STAGED = `${identifier(BOOKS)}."staged"`;
/** Whoever publishes or migrates waits for whoever does: the books of migrations are what they take turns by. */
export const TURN = `LOCK ${identifier(BOOKS)}."migrations"`;

/** A publication whose rows lie in S3. */
export interface StagedPublication {
  readonly publication: Publication;
  readonly exported: Exported;
  /** Names what is staged: letters and digits, other ones for every attempt at another content. */
  readonly mark: string;
}

/** A table of staged rows or keys. */
interface StagedTable {
  /** Unquoted, as in the books. */
  readonly name: string;
  /** Quoted. */
  readonly target: string;
  readonly columns: readonly WarehouseColumn[];
  readonly from: string | null;
}

/** A new table is staged where it is going to be, for a table changes its name and not its schema. */
function stagedRows({ publication, exported, mark }: StagedPublication): StagedTable {
  const { table, columns, mode } = publication;
  const place = { schema: mode.kind === 'create' ? table.schema : BOOKS, name: `landfall_rows_${mark}` };
  return { name: `${place.schema}.${place.name}`, target: qualified(place), columns, from: exported.rows };
}

function stagedKeys({ publication: { columns, mode }, exported, mark }: StagedPublication): StagedTable | null {
  if (mode.kind !== 'rows') return null;
  const place = { schema: BOOKS, name: `landfall_keys_${mark}` };
  const keys = mode.by.flatMap((name) => columns.find((column) => column.name === name) ?? []);
  return { name: `${place.schema}.${place.name}`, target: qualified(place), columns: keys, from: exported.keys };
}

function stagedTables(staged: StagedPublication): readonly StagedTable[] {
  const keys = stagedKeys(staged);
  return keys === null ? [stagedRows(staged)] : [stagedRows(staged), keys];
}

/**
 * Stages rows, in one transaction; made again it makes the same.
 *
 * @param role the ARN of the role that COPY reads with
 */
export function stageStatements(staged: StagedPublication, role: string): readonly string[] {
  const tables = stagedTables(staged);
  const { table, mode } = staged.publication;
  const layout = mode.kind === 'create' ? WORDS.redshift.layout(table) : '';
  return [
    `DROP TABLE IF EXISTS ${tables.map(({ target }) => target).join(', ')}`,
    ...tables.map(({ target, columns }) => `CREATE TABLE ${target} (${columnList(columns)})${layout}`),
    `INSERT INTO ${STAGED} ("table_name") VALUES ${tables.map(({ name }) => `(${text(name)})`).join(', ')}`,
    ...tables.flatMap(({ target, from }) =>
      from === null ? [] : [`COPY ${target} FROM ${text(from)} IAM_ROLE ${text(role)} FORMAT AS PARQUET`],
    ),
  ];
}

/** What is said of a new table, which has it before anyone sees it; as many transactions as it takes. */
export function commentStatements(staged: StagedPublication): readonly string[] {
  const { publication } = staged;
  return publication.mode.kind === 'create' ? comments(publication, stagedRows(staged).target) : [];
}

/** The statements that a switch has however many tables it is of. */
const FRAME = 8;

/** How many statements of a switch are this publication's own. */
function weight({ publication: { mode } }: StagedPublication): number {
  return mode.kind === 'create' ? 1 : 2;
}

/** Publications by the transaction that switches them: as few as can be. */
export function switches(staged: readonly StagedPublication[]): readonly (readonly StagedPublication[])[] {
  const groups: StagedPublication[][] = [[]];
  let room = MOST_STATEMENTS - FRAME;
  for (const one of staged) {
    if (weight(one) > room) {
      groups.push([]);
      room = MOST_STATEMENTS - FRAME;
    }
    groups.at(-1)?.push(one);
    room -= weight(one);
  }
  return groups;
}

/**
 * What readers see changes, and the books with it, in one transaction.
 *
 * @param drops tables that go, `schema.name`
 * @param leftOver staged tables of others that were killed, `schema.name`
 */
export function switchStatements(
  staged: readonly StagedPublication[],
  drops: readonly string[] = [],
  leftOver: readonly string[] = [],
): readonly string[] {
  const made = staged.filter(({ publication }) => publication.mode.kind === 'create');
  const others = staged.filter(({ publication }) => publication.mode.kind !== 'create');
  const going = [...drops.map(quotedName), ...made.map(({ publication }) => qualified(publication.table))];
  const spent = [...others.flatMap(stagedTables).map(({ target }) => target), ...leftOver.map(quotedName)];
  const forgotten = [...staged.flatMap(stagedTables).map(({ name }) => name), ...leftOver];
  const published = staged.map(({ publication }) => publication);
  const renamed = [...drops, ...published.map(({ table }) => table.table)];
  return [
    TURN,
    ...expectVersions(published),
    ...(going.length === 0 ? [] : [`DROP TABLE IF EXISTS ${going.join(', ')}`]),
    ...made.map((one) => {
      const { name } = one.publication.table;
      return `ALTER TABLE ${stagedRows(one).target} RENAME TO ${identifier(name)}`;
    }),
    ...others.flatMap(changeRows),
    ...(made.length === 0
      ? []
      : [
          `GRANT SELECT ON ${made.map(({ publication }) => qualified(publication.table)).join(', ')} TO ${WORDS.redshift.reader}`,
        ]),
    ...(spent.length === 0 ? [] : [`DROP TABLE IF EXISTS ${spent.join(', ')}`]),
    ...(renamed.length === 0 ? [] : [`DELETE FROM ${PUBLISHED} WHERE "table_name" IN (${list(renamed)})`]),
    ...(published.length === 0 ? [] : [remember(published)]),
    ...(forgotten.length === 0 ? [] : [`DELETE FROM ${STAGED} WHERE "table_name" IN (${list(forgotten)})`]),
  ];
}

function changeRows(staged: StagedPublication): readonly string[] {
  const { table, columns, mode } = staged.publication;
  const target = qualified(table);
  const rows = stagedRows(staged);
  const keys = stagedKeys(staged);
  const names = columns.map(({ name }) => identifier(name)).join(', ');
  return [
    // TRUNCATE would be quicker, and would commit.
    mode.kind === 'rows' && keys !== null ? deleteAmong(target, keys.target, keys.columns) : `DELETE FROM ${target}`,
    `INSERT INTO ${target} (${names}) SELECT ${names} FROM ${rows.target}`,
  ];
}

/**
 * Changed rows belong onto the version that they changed: where another has published meanwhile, this fails, and its
 * error, of a text that is no number, says so.
 */
function expectVersions(publications: readonly Publication[]): readonly string[] {
  const expected = publications.flatMap(({ table, mode }) =>
    mode.kind === 'rows' ? [`("table_name" = ${text(table.table)} AND "version" = ${text(mode.since)})`] : [],
  );
  if (expected.length === 0) return [];
  const told = text('another run has published meanwhile');
  const question = `CASE WHEN count(*) = ${expected.length} THEN '1' ELSE ${told} END`;
  return [`SELECT CAST(${question} AS integer) FROM ${PUBLISHED} WHERE ${expected.join(' OR ')}`];
}

function remember(publications: readonly Publication[]): string {
  const rows = publications.map(
    ({ table, version, definition }) => `(${text(table.table)}, ${text(version)}, ${text(definition)})`,
  );
  return `INSERT INTO ${PUBLISHED} ("table_name", "version", "definition") VALUES ${rows.join(', ')}`;
}

/** Gives table_name, and staged_at as text, of what is staged or was left. */
export function selectStaged(): string {
  return `SELECT "table_name", "staged_at" FROM ${STAGED} ORDER BY "table_name"`;
}

const list = (names: readonly string[]) => names.map(text).join(', ');

function quotedName(table: string): string {
  const [schema = '', name = ''] = table.split('.');
  return qualified({ schema, name });
}
