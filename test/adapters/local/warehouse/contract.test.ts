/** The warehouse on a laptop keeps to what every warehouse does. */

import { join } from 'node:path';
import { describe } from '@jest/globals';
import { PublishedBooks } from '../../../../adapters/local/warehouse/books.ts';
import { PostgresWarehouse } from '../../../../adapters/local/warehouse/publisher.ts';
import { asReader } from '../../../../adapters/local/warehouse/reader.ts';
import { hold } from '../../../../adapters/local/warehouse/session.ts';
import type { Value } from '../../../../core/tabular.ts';
import { warehouseContract } from '../../../ports/warehouse.ts';
import { stopLeftover } from '../../../support/warehouse.ts';

describe('PostgreSQL', () => {
  warehouseContract(async (folder) => {
    // Held throughout, so that no publisher has to start it again.
    const held = await hold(folder, { name: 'test' });
    let files = 0;
    return {
      open: async () => new PostgresWarehouse(() => hold(folder, { name: 'test' }), new PublishedBooks(folder)),
      put: async (lake, select) => {
        files += 1;
        const file = join(folder, `rows-${files}.csv`);
        await lake.run(`COPY (${select}) TO '${file}' (FORMAT csv, HEADER false)`);
        return file;
      },
      read: (sql) =>
        asReader(held, async (client) => {
          const types = { getTypeParser: typeParser };
          return (await client.query({ text: sql, rowMode: 'array', types })).rows as Value[][];
        }),
      close: async () => {
        await held.release();
        await stopLeftover(folder);
      },
    };
  });
});

/** A bigint as a number, as DuckDB's rows have it. */
const typeParser = (type: number) => (text: string) =>
  [16].includes(type) ? text === 't' : [20, 21, 23, 26, 701].includes(type) ? Number(text) : text;
