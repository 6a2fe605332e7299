/**
 * The words that PostgreSQL and Redshift both have, of which every statement of the warehouse is made, so that what is
 * proved on the one holds on the other, and a publication as PostgreSQL does it; `redshift.ts` and `migrations.ts` have
 * Redshift's. Identifiers are quoted, texts are literals of doubled quotes.
 */

import type { Publication, WarehouseColumn, WarehouseTable, WarehouseType } from './types.ts';

/** Who reads: BI tools, and `query --warehouse`. */
export const READER = 'bi_reader';

/** On Redshift what readers may do is a role's, which other users and IAM's can be given, too. */
export const READER_ROLE = 'landfall_reader';

/** The warehouse's own schema, which readers can't see. */
export const BOOKS = 'landfall';

/** Where the engines say the same in other words. */
interface Words {
  /** Whom rights are given to. */
  readonly reader: string;
  /** What follows a table's columns. */
  readonly layout: (table: Pick<WarehouseTable, 'layout'>) => string;
}

export const WORDS: Readonly<Record<'postgresql' | 'redshift', Words>> = {
  postgresql: { reader: identifier(READER), layout: () => '' },
  redshift: {
    reader: `ROLE ${identifier(READER_ROLE)}`,
    // What is not said Redshift chooses itself, encodings always.
    layout: ({ layout: { distkey, sortkey } = {} }) =>
      [
        ...(distkey === undefined ? [] : [` DISTKEY (${identifier(distkey)})`]),
        ...(sortkey === undefined ? [] : [` SORTKEY (${identifier(sortkey)})`]),
      ].join(''),
  },
};

/** Redshift's longest; a shorter one would be a promise that no contract makes. */
const LONGEST_TEXT = 65535;

/** A step of a publication, in order. */
export type PublishStep =
  | { readonly kind: 'sql'; readonly sql: string }
  /** Rows or keys, as exported, go into `target`, which is quoted already. */
  | {
      readonly kind: 'copy';
      readonly what: 'rows' | 'keys';
      readonly target: string;
      readonly columns: readonly string[];
    };

export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * A backslash is a character like any other in PostgreSQL and begins an escape in Redshift, where it would take the
 * closing quote for a part of the text: nothing means the same in both that has one.
 */
export function text(value: string): string {
  if (value.includes('\\')) throw new Error(`no literal of the warehouse may have a backslash: ${value}`);
  return `'${value.replaceAll("'", "''")}'`;
}

export function qualified({ schema, name }: Pick<WarehouseTable, 'schema' | 'name'>): string {
  return `${identifier(schema)}.${identifier(name)}`;
}

export function typeName(type: WarehouseType): string {
  switch (type) {
    case 'string':
      return `varchar(${LONGEST_TEXT})`;
    case 'double':
      return 'double precision';
    default:
      return type;
  }
}

export const PUBLISHED = `${identifier(BOOKS)}."published"`;

/** What must be there before anything is published; harmless where it is. */
export function prepareBooks(): string {
  return [
    `CREATE SCHEMA IF NOT EXISTS ${identifier(BOOKS)}`,
    `CREATE TABLE IF NOT EXISTS ${PUBLISHED} ("table_name" varchar(256) NOT NULL, "version" varchar(64) NOT NULL, "definition" varchar(64) NOT NULL)`,
  ].join(';\n');
}

/** Gives table_name, version, definition. */
export function selectPublished(): string {
  return `SELECT "table_name", "version", "definition" FROM ${PUBLISHED} ORDER BY "table_name"`;
}

/** Takes a table away, and what the books say of it. */
export function dropTable(table: string): string {
  const [schema = '', name = ''] = table.split('.');
  return [`DROP TABLE IF EXISTS ${qualified({ schema, name })}`, forget(table)].join(';\n');
}

/** Everything that one publication does, to be done in one transaction with the others of its data set. */
export function publishSteps(publication: Publication): readonly PublishStep[] {
  const { table, columns, mode } = publication;
  const target = qualified(table);
  const names = columns.map(({ name }) => name);
  const books = sql(remember(publication));
  if (mode.kind === 'create') {
    return [
      sql([...createTable(publication), ...comments(publication)].join(';\n')),
      // Nobody reads it before the commit, so no staging.
      { kind: 'copy', what: 'rows', target, columns: names },
      books,
    ];
  }
  const [rows, keys] = [identifier(`staged_${table.name}`), identifier(`gone_${table.name}`)];
  const list = names.map(identifier).join(', ');
  const insert = `INSERT INTO ${target} (${list}) SELECT ${list} FROM ${rows}`;
  const staged: PublishStep[] = [
    sql(stagingTable(rows, columns)),
    { kind: 'copy', what: 'rows', target: rows, columns: names },
  ];
  if (mode.kind === 'replace') {
    return [...staged, sql([`DELETE FROM ${target}`, insert, `DROP TABLE ${rows}`].join(';\n')), books];
  }
  const by = columns.filter(({ name }) => mode.by.includes(name));
  return [
    ...staged,
    sql(stagingTable(keys, by)),
    { kind: 'copy', what: 'keys', target: keys, columns: [...mode.by] },
    sql([deleteAmong(target, keys, by), insert, `DROP TABLE ${rows}`, `DROP TABLE ${keys}`].join(';\n')),
    books,
  ];
}

function sql(statement: string): PublishStep {
  return { kind: 'sql', sql: statement };
}

function createTable({ table, columns }: Publication): string[] {
  const target = qualified(table);
  return [
    `CREATE SCHEMA IF NOT EXISTS ${identifier(table.schema)}`,
    `GRANT USAGE ON SCHEMA ${identifier(table.schema)} TO ${WORDS.postgresql.reader}`,
    `DROP TABLE IF EXISTS ${target}`,
    `CREATE TABLE ${target} (${columnList(columns)})${WORDS.postgresql.layout(table)}`,
    `GRANT SELECT ON ${target} TO ${WORDS.postgresql.reader}`,
  ];
}

function stagingTable(name: string, columns: readonly WarehouseColumn[]): string {
  return `CREATE TEMP TABLE ${name} (${columnList(columns)})`;
}

export function columnList(columns: readonly WarehouseColumn[]): string {
  return columns.map(({ name, type }) => `${identifier(name)} ${typeName(type)}`).join(', ');
}

/** @param target what they are of, quoted */
export function comments({ table, columns }: Publication, target = qualified(table)): string[] {
  return [
    `COMMENT ON TABLE ${target} IS ${remark(tableComment(table))}`,
    ...columns.flatMap(({ name }) => {
      const comment = table.comments[name];
      return comment === undefined ? [] : [`COMMENT ON COLUMN ${target}.${identifier(name)} IS ${remark(comment)}`];
    }),
  ];
}

/** Neither engine would hold a key for us in the same way, so it is told, not declared. */
export function tableComment({ description, key }: WarehouseTable): string {
  const said = oneLine(description);
  return key.length === 0 ? said : `${said}${said === '' ? '' : ' '}Key: ${key.join(', ')}.`;
}

/** What people wrote, with another sign that looks like a backslash for those that `text` can't have. */
function remark(words: string): string {
  return text(oneLine(words).replaceAll('\\', '＼'));
}

function oneLine(words: string): string {
  return words.replace(/\s+/g, ' ').trim();
}

/**
 * Null equals null, which a plain comparison would not say; and to Redshift texts are equal that only blanks at their
 * ends tell apart, so that rows would go which do not come back.
 */
export function deleteAmong(target: string, keys: string, by: readonly WarehouseColumn[]): string {
  const same = by.map(({ name, type }) => {
    const [ours, theirs] = [`${target}.${identifier(name)}`, `${keys}.${identifier(name)}`];
    const long = type === 'string' ? ` AND octet_length(${ours}) = octet_length(${theirs})` : '';
    return `(${ours} = ${theirs}${long} OR (${ours} IS NULL AND ${theirs} IS NULL))`;
  });
  return `DELETE FROM ${target} USING ${keys} WHERE ${same.join(' AND ')}`;
}

function remember({ table, version, definition }: Publication): string {
  return [
    forget(table.table),
    `INSERT INTO ${PUBLISHED} ("table_name", "version", "definition") VALUES (${text(table.table)}, ${text(version)}, ${text(definition)})`,
  ].join(';\n');
}

function forget(table: string): string {
  return `DELETE FROM ${PUBLISHED} WHERE "table_name" = ${text(table)}`;
}
