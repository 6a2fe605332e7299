/** What a status tells of a state folder. */

import { readLake } from '../adapters/local/query.ts';
import { readRunLog } from '../adapters/local/run-log.ts';
import { stateFolder } from '../adapters/local/state.ts';
import { type Connection, publishedTables, warehouseConnection } from '../adapters/local/warehouse/reader.ts';
import { Visits } from '../adapters/shared/visits.ts';
import type { StatusSource } from '../core/status/types.ts';
import type { ResultTable } from '../core/tabular.ts';
import { format } from './format.ts';
import { tellWaiting } from './progress.ts';
import type { StatusPlace, ToldWarehouse } from './status-place.ts';

/** Row counts of what people query; a view's would cost a pass over its tables. */
const COUNTED = `SELECT table_schema, table_name FROM information_schema.tables
  WHERE table_schema NOT IN ('storage', 'information_schema', 'pg_catalog', 'main')
    AND (table_type = 'BASE TABLE' OR (table_schema || '__' || table_name) IN
      (SELECT table_name FROM information_schema.tables WHERE table_schema = 'storage'))
  ORDER BY table_schema, table_name`;

const NOTHING: ResultTable = { columns: [], rows: [] };

export function localStatus(state: string): StatusPlace {
  const { runs: logs, report } = stateFolder(state);
  return {
    ask: (work) =>
      readLake(state, tellWaiting, (read, lake) => {
        const source: StatusSource = {
          async ask(questions) {
            const answers: ResultTable[] = [];
            for (const question of questions) answers.push(await read(question));
            return answers;
          },
          tables: async () => (await read(COUNTED)).rows.map(([schema, name]) => `${schema}.${name}`),
          runs: async (books) => books,
          visits: (runId) => visitsOf(logs, runId),
          work: async () => NOTHING,
        };
        return work(source, lake);
      }),
    warehouse: () => warehouseOf(state),
    report,
  };
}

/** From the run's event log, which a run that was killed leaves too. */
async function visitsOf(folder: string, runId: string) {
  const visits = new Visits();
  const events = await readRunLog(folder, runId);
  const ended = events.flatMap((event) => visits.see(event) ?? []);
  return { ended, open: visits.unfinished(events[events.length - 1]?.timestamp ?? 0) };
}

async function warehouseOf(state: string): Promise<ToldWarehouse> {
  const connection = await warehouseConnection(state);
  if (connection === null) return { json: null, text: 'none: landfall run makes it\n' };
  const published = await askPublished(state);
  // With the password, for scripts that connect; people have no need of it on their screen.
  const json = { ...connection, tables: JSON.parse(format(published, 'json')) };
  return { json, text: warehouseText(connection, published) };
}

/** What can't be asked of the warehouse keeps nobody from hearing the rest. */
async function askPublished(state: string): Promise<ResultTable> {
  try {
    return await publishedTables(state);
  } catch (error) {
    process.stderr.write(`the warehouse can't be asked: ${error instanceof Error ? error.message : error}\n`);
    return NOTHING;
  }
}

function warehouseText({ host, port, database, user }: Connection, published: ResultTable): string {
  const where = port === null ? `landfall warehouse brings it up on ${host}` : `up on ${host}, port ${port}`;
  const tables = published.rows.length === 0 ? 'nothing is published\n' : `\n${format(published, 'table')}`;
  return `${where}; database ${database}, user ${user} (landfall warehouse tells the password)\n${tables}`;
}
