/** `COPY t [(columns)] FROM 's3://…' IAM_ROLE '…' FORMAT [AS] PARQUET` */

import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { WORDS } from '../../../core/plans/dialect.ts';
import { s3Address } from '../moto-clients.ts';
import type { TokenReader } from '../sql/tokens.ts';
import { CSV, type Workshop, withDuckdb } from './duckdb.ts';
import { StatementFailure } from './failure.ts';

const quoted = WORDS.identifier.duckdb;
const literal = WORDS.literal.duckdb;

interface Column {
  readonly name: string;
  /** As PostgreSQL writes it, such as `character varying(3)`. */
  readonly type: string;
}

/** @param reader behind COPY. @returns how many rows came */
export async function copy(reader: TokenReader, client: pg.ClientBase, s3: S3Client): Promise<number> {
  const path = reader.path();
  const listed = reader.next?.value === '(' ? reader.parts() : null;
  reader.expect('from');
  const location = reader.take('text').value;
  takeRole(reader);
  reader.expect('format');
  reader.accept('as');
  reader.expect('parquet');
  reader.end();
  const table = path.map(quoted).join('.');
  const columns = await columnsOf(client, table, listed);
  const keys = await keysUnder(s3, location);
  return withDuckdb(async (workshop) => {
    let rows = 0;
    for (const [index, address] of keys.entries()) {
      const file = join(workshop.folder, `${index}.parquet`);
      await download(s3, address, file);
      rows += await load(workshop, client, { table, columns, file, address });
    }
    return rows;
  });
}

/** Which role it is, IAM would judge; that there is one, the statement must say. */
export function takeRole(reader: TokenReader): void {
  reader.expect('iam_role');
  if (reader.accept('default')) return;
  const role = reader.take('text').value;
  for (const one of role.split(',')) {
    if (!/^arn:aws[\w-]*:iam::\d{12}:role\/.+/.test(one)) {
      throw new StatementFailure(`Invalid credentials: expected the ARN of a role after IAM_ROLE, not ${one}`);
    }
  }
}

async function columnsOf(client: pg.ClientBase, table: string, listed: readonly string[] | null): Promise<Column[]> {
  const { rows } = await client.query<Column>(
    `SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    [table],
  );
  if (listed === null) return rows;
  return listed.map((text) => {
    const name = text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text.toLowerCase();
    const found = rows.find((column) => column.name === name);
    if (found === undefined) throw new StatementFailure(`column "${name}" of relation ${table} does not exist`);
    return found;
  });
}

/** Whatever begins with the address, in the order of its keys. */
async function keysUnder(s3: S3Client, location: string): Promise<string[]> {
  const { bucket, key } = s3Address(location);
  const found: string[] = [];
  for (let ContinuationToken: string | undefined; ; ) {
    const page = await s3
      .send(new ListObjectsV2Command({ Bucket: bucket, Prefix: key, ContinuationToken }))
      .catch((error: Error) => {
        throw new StatementFailure(`S3ServiceException:${error.message},Status 404,Error ${error.name}`);
      });
    for (const { Key = '', Size = 0 } of page.Contents ?? []) if (Size > 0) found.push(`s3://${bucket}/${Key}`);
    ContinuationToken = page.NextContinuationToken;
    if (ContinuationToken === undefined) break;
  }
  if (found.length === 0) throw new StatementFailure(`The specified S3 prefix '${key}' does not exist`);
  return found;
}

async function download(s3: S3Client, address: string, file: string): Promise<void> {
  const { bucket, key } = s3Address(address);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  await pipeline(Body as Readable, createWriteStream(file));
}

interface Part {
  readonly table: string;
  readonly columns: readonly Column[];
  readonly file: string;
  readonly address: string;
}

async function load(workshop: Workshop, client: pg.ClientBase, part: Part): Promise<number> {
  const { table, columns, file } = part;
  const source = `read_parquet(${literal(file)})`;
  const given = (await workshop.rows(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${source})`)).map(
    ({ column_name, column_type }) => ({ name: String(column_name), type: String(column_type) }),
  );
  check(given, part);
  await checkLengths(workshop, source, given, part);
  const values = given.map(({ name, type }) =>
    type === 'TIMESTAMP WITH TIME ZONE' ? `${quoted(name)} AT TIME ZONE 'UTC'` : quoted(name),
  );
  const csv = `${file}.csv`;
  await workshop.rows(
    `COPY (SELECT ${values.join(', ')} FROM ${source}) TO ${literal(csv)} (FORMAT csv, HEADER false, FORCE_QUOTE *, NULLSTR '\\N')`,
  );
  const names = columns.map(({ name }) => quoted(name)).join(', ');
  const target = client.query(copyFrom(`COPY ${table} (${names}) FROM STDIN WITH (${CSV})`));
  await pipeline(createReadStream(csv), target);
  return target.rowCount ?? 0;
}

/** Columns go by their place, and none is widened or narrowed. */
function check(given: readonly Column[], { columns, address }: Part): void {
  if (given.length !== columns.length) {
    throw new StatementFailure(
      `Spectrum Scan Error: Unmatched number of columns between table and file. Table columns: ${columns.length}, Data columns: ${given.length}, File name: ${address}`,
    );
  }
  for (const [index, { name, type }] of columns.entries()) {
    const found = given[index]?.type ?? '';
    if (!fits(type, found)) {
      throw new StatementFailure(
        `Spectrum Scan Error: File '${address}' has an incompatible Parquet schema for column '${name}'. Column type: ${type.toUpperCase()}, Parquet schema: ${found}`,
      );
    }
  }
}

/** By PostgreSQL's name without its size, the types of DuckDB's that the Parquet may have. */
const FITTING: Readonly<Record<string, RegExp>> = {
  smallint: /^SMALLINT$/,
  integer: /^INTEGER$/,
  bigint: /^BIGINT$/,
  real: /^FLOAT$/,
  'double precision': /^DOUBLE$/,
  boolean: /^BOOLEAN$/,
  date: /^DATE$/,
  'character varying': /^VARCHAR$/,
  character: /^VARCHAR$/,
  text: /^VARCHAR$/,
  'timestamp without time zone': /^TIMESTAMP/,
  'timestamp with time zone': /^TIMESTAMP/,
};

function fits(type: string, found: string): boolean {
  const [, precision, scale] = /^numeric\((\d+),(\d+)\)$/.exec(type) ?? [];
  if (precision !== undefined) {
    const [, width, places] = /^DECIMAL\((\d+),(\d+)\)$/.exec(found) ?? [];
    return width !== undefined && Number(width) <= Number(precision) && places === scale;
  }
  return FITTING[type.replace(/\(\d+\)/, '')]?.test(found) ?? false;
}

async function checkLengths(workshop: Workshop, source: string, given: readonly Column[], part: Part): Promise<void> {
  for (const [index, { name, type }] of part.columns.entries()) {
    const length = /^character(?: varying)?\((\d+)\)$/.exec(type)?.[1];
    const own = given[index]?.name;
    if (length === undefined || own === undefined) continue;
    const [longest] = await workshop.rows(`SELECT max(strlen(${quoted(own)}))::INTEGER AS bytes FROM ${source}`);
    const bytes = Number(longest?.['bytes'] ?? 0);
    if (bytes > Number(length)) {
      throw new StatementFailure(
        `Spectrum Scan Error: The length of the data column ${name} is longer than the length defined in the table. Table: ${length}, Data: ${bytes}, File name: ${part.address}`,
      );
    }
  }
}
