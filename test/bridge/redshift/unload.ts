/** `UNLOAD ('SELECT …') TO 's3://…' IAM_ROLE '…' [FORMAT [AS] PARQUET | CSV] [HEADER] [ALLOWOVERWRITE] …` */

import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { WORDS } from '../../../core/plans/dialect.ts';
import { s3Address } from '../moto-clients.ts';
import type { TokenReader } from '../sql/tokens.ts';
import { takeRole } from './copy.ts';
import { CSV, withDuckdb } from './duckdb.ts';
import { StatementFailure } from './failure.ts';

const literal = WORDS.literal.duckdb;

interface Options {
  readonly format: 'parquet' | 'csv';
  readonly overwrites: boolean;
  readonly header: boolean;
}

/** @param reader behind UNLOAD */
export async function unload(reader: TokenReader, client: pg.ClientBase, s3: S3Client): Promise<number> {
  reader.expect('(');
  const query = reader.take('text').value;
  reader.expect(')', 'to');
  const location = reader.take('text').value;
  takeRole(reader);
  const { format, overwrites, header } = readOptions(reader);
  const { bucket, key } = s3Address(location);
  const { KeyCount = 0 } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: key, MaxKeys: 1 }));
  if (KeyCount > 0 && !overwrites) {
    throw new StatementFailure(
      'Specified unload destination on S3 is not empty. Consider using a different bucket / prefix, manually removing the target files in S3, or using the ALLOWOVERWRITE option.',
    );
  }
  return withDuckdb(async ({ folder, rows }) => {
    const csv = join(folder, 'rows.csv');
    const types = await typesOf(client, query);
    const source = client.query(copyTo(`COPY (${query}) TO STDOUT WITH (${CSV}, FORCE_QUOTE *)`));
    await pipeline(source, createWriteStream(csv));
    const columns = types.map(({ name, type }) => `${literal(name)}: ${literal(type)}`).join(', ');
    const read = `read_csv(${literal(csv)}, columns = {${columns}}, header = false, delim = ',', quote = '"', escape = '"', nullstr = '\\N', allow_quoted_nulls = false, auto_detect = false)`;
    const file = join(folder, 'out');
    const form = format === 'parquet' ? 'FORMAT parquet' : `FORMAT csv, HEADER ${header}`;
    await rows(`COPY (SELECT * FROM ${read}) TO ${literal(file)} (${form})`);
    const name = format === 'parquet' ? `${key}0000_part_00.parquet` : `${key}0000_part_00`;
    await new Upload({ client: s3, params: { Bucket: bucket, Key: name, Body: createReadStream(file) } }).done();
    return source.rowCount ?? 0;
  });
}

function readOptions(reader: TokenReader): Options {
  let format: Options['format'] | null = null;
  let overwrites = false;
  let header = false;
  while (!reader.isAtEnd) {
    if (reader.accept('format')) reader.accept('as');
    else if (reader.accept('parquet')) format = 'parquet';
    else if (reader.accept('csv')) format = 'csv';
    else if (reader.accept('allowoverwrite')) overwrites = true;
    else if (reader.accept('header')) header = true;
    else if (reader.accept('parallel')) reader.take('word');
    else reader.fail("'FORMAT', 'ALLOWOVERWRITE', 'HEADER', 'PARALLEL'");
  }
  if (format === null) throw new StatementFailure('the bridge unloads FORMAT PARQUET and CSV alone');
  return { format, overwrites, header };
}

/** As DuckDB writes them. */
async function typesOf(client: pg.ClientBase, query: string): Promise<readonly { name: string; type: string }[]> {
  const { fields } = await client.query(`SELECT * FROM (${query}) AS unloaded LIMIT 0`);
  const types = fields.map(({ dataTypeID, dataTypeModifier }) => [dataTypeID, dataTypeModifier]);
  const { rows } = await client.query<{ type: string }>(
    'SELECT format_type(oid, modifier) AS type FROM unnest($1::oid[], $2::int[]) WITH ORDINALITY AS t (oid, modifier, n) ORDER BY n',
    [types.map(([oid]) => oid), types.map(([, modifier]) => modifier)],
  );
  return fields.map(({ name }, index) => ({ name, type: duckdbType(rows[index]?.type ?? '') }));
}

function duckdbType(type: string): string {
  if (/^(character|text|name)/.test(type)) return 'VARCHAR';
  if (type.startsWith('timestamp without')) return 'TIMESTAMP';
  if (type.startsWith('timestamp with')) return 'TIMESTAMPTZ';
  if (type === 'numeric') throw new StatementFailure('a numeric without precision and scale can not be unloaded');
  return type;
}
