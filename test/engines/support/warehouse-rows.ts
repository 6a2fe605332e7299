/** What the warehouse holds, as a BI tool reads it. */

import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { to } from 'pg-copy-streams';
import { asReader } from '../../../adapters/local/warehouse/reader.ts';
import { type Held, hold } from '../../../adapters/local/warehouse/session.ts';
import type { WarehouseColumn, WarehouseType } from '../../../core/warehouse/types.ts';
import { postgresSource, type Source } from './compare.ts';

const TYPES: Readonly<Record<string, WarehouseType>> = {
  integer: 'integer',
  bigint: 'bigint',
  'double precision': 'double',
  boolean: 'boolean',
  date: 'date',
  'timestamp without time zone': 'timestamp',
  'character varying': 'string',
  text: 'string',
};

export class WarehouseRows {
  private readonly held: Held;

  private constructor(held: Held) {
    this.held = held;
  }

  static async open(state: string): Promise<WarehouseRows> {
    return new WarehouseRows(await hold(state, { name: 'test' }));
  }

  /** @param path the file that the rows go through */
  async source(table: string, path: string): Promise<Source> {
    return asReader(this.held, async (client) => {
      const { rows } = await client.query<{ name: string; type: string }>(
        `SELECT attname AS name, format_type(atttypid, CASE WHEN atttypid = 'numeric'::regtype THEN atttypmod ELSE -1 END) AS type
        FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
        [table],
      );
      const copy = client.query(to(`COPY (SELECT * FROM ${table}) TO STDOUT (FORMAT csv)`));
      await pipeline(copy, createWriteStream(path));
      return postgresSource(path, rows.map(columnOf));
    });
  }

  close(): Promise<void> {
    return this.held.release();
  }
}

function columnOf({ name, type }: { name: string; type: string }): WarehouseColumn {
  const decimal = /^numeric\((\d+),(\d+)\)$/.exec(type);
  const found: WarehouseType | undefined =
    decimal === null ? TYPES[type] : `decimal(${Number(decimal[1])},${Number(decimal[2])})`;
  if (found === undefined) throw new Error(`${name} is ${type}, which the warehouse should not have`);
  return { name, type: found };
}
