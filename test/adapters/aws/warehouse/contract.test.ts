/** The warehouse on AWS keeps to what every warehouse does; its Data API is played by PostgreSQL. */

import { join } from 'node:path';
import { describe } from '@jest/globals';
import { hold } from '../../../../adapters/local/warehouse/session.ts';
import type { Value } from '../../../../core/tabular.ts';
import { parseGood } from '../../../infra/tea.ts';
import { warehouseContract } from '../../../ports/warehouse.ts';
import { DataApiOverPostgres } from '../../../support/redshift/data-api.ts';
import { migrateAll, migrationsFor, publisher } from '../../../support/redshift/warehouse.ts';
import { stopLeftover } from '../../../support/warehouse.ts';

describe('Redshift', () => {
  warehouseContract(async (folder) => {
    const held = await hold(folder, { name: 'test' });
    const server = await DataApiOverPostgres.over(held);
    await migrateAll(server, migrationsFor({ contracts: [parseGood()], models: [], analyses: [], dashboards: [] }));
    let files = 0;
    let runs = 0;
    return {
      open: async () => {
        runs += 1;
        return publisher(server, `run-${runs}`);
      },
      put: async (lake, select) => {
        files += 1;
        const file = join(folder, `rows-${files}.csv`);
        await lake.run(`COPY (${select}) TO '${file}' (FORMAT csv, HEADER false)`);
        return `s3:/${file}`;
      },
      read: (sql) =>
        server.as('bi_reader', async (client) => {
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
  type === 16 ? text === 't' : [20, 21, 23, 26, 701].includes(type) ? Number(text) : text;
