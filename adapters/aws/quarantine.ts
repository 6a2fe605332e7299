/** Rows in quarantine and their replay files, of a deployed stage. */

import { BOOKS } from '../../core/books.ts';
import { replayFolder } from '../../core/contracts/replay.ts';
import type { ColumnType, Contract, TableContract } from '../../core/contracts/types.ts';
import { TYPE_NAME, WORDS } from '../../core/plans/dialect.ts';
import type { QuarantinePlace, ReplayZone } from '../../core/quarantine/place.ts';
import type { QuarantinedRow } from '../../core/quarantine/types.ts';
import type { Value } from '../../core/tabular.ts';
import { Database } from '../duckdb/database.ts';
import { quarantinedRows } from '../duckdb/quarantined.ts';
import { readTable } from '../local/lake/index.ts';
import { learntColumns } from './lake/load/learnt.ts';
import { cantReplay } from './lake/load/replaced.ts';
import { landedFiles } from './landing/listing.ts';
import type { ObjectStore } from './objects/types.ts';
import type { Stage } from './stage.ts';

const text = WORDS.literal.duckdb;
const quoted = WORDS.identifier.duckdb;

type Asked = Pick<Stage, 'athena' | 'facts' | 'ledger' | 'landing'>;

/** @param next what loads replay files, for people */
export function deployedQuarantine(stage: Asked, next: string): QuarantinePlace {
  return {
    ask: (work) =>
      work({
        read: (sql) => stage.athena.read(sql),
        learnt: () => learntColumns(stage.facts),
        rows: (...asked) => rowsOf(stage, ...asked),
      }),
    zone: replaysIn(stage.landing, next),
  };
}

/**
 * The fields of a raw row only the engine of a load takes apart as the load did: so what the question is of comes into a
 * lake in memory, the books from Athena and the headers from the ledger.
 */
async function rowsOf(
  { athena, ledger }: Asked,
  contract: Contract,
  table: TableContract,
  statuses: readonly QuarantinedRow['status'][],
): Promise<QuarantinedRow[]> {
  const { quarantine, loads } = BOOKS;
  const of = `dataset = ${text(contract.dataset)} AND table_name = ${text(table.name)}`;
  const select = (columns: object, book: string, where: string) =>
    athena.read(`SELECT ${Object.keys(columns).map(quoted).join(', ')} FROM ops.${book} WHERE ${where}`);
  const [bad, loaded, files] = await Promise.all([
    select(quarantine, 'quarantine', `${of} AND status IN (${statuses.map(text).join(', ')})`),
    select(loads, 'loads', `${of} AND status = 'loaded'`),
    ledger.files(contract.dataset),
  ]);
  const headers = files.flatMap(({ current }) =>
    current === null ? [] : [[current.loadId, current.header === null ? null : JSON.stringify(current.header)]],
  );
  const database = await Database.open({ file: null, readOnly: false, spill: null });
  try {
    await database.run('CREATE SCHEMA ops; CREATE SCHEMA storage');
    await fill(database, 'ops.quarantine', quarantine, bad.rows);
    await fill(database, 'ops.loads', loads, loaded.rows);
    await fill(database, 'storage.ledger', { load_id: 'bigint', header: 'string' }, headers);
    return await quarantinedRows((sql) => readTable(database, sql), contract, table, statuses);
  } finally {
    database.close();
  }
}

async function fill(
  database: Database,
  name: string,
  columns: Readonly<Record<string, ColumnType>>,
  rows: readonly (readonly Value[])[],
): Promise<void> {
  const typed = Object.entries(columns).map(
    ([column, type], place) => `CAST(cells[${place + 1}] AS ${TYPE_NAME[type].duckdb}) AS ${quoted(column)}`,
  );
  await database.run(
    `CREATE TABLE ${name} AS SELECT ${typed.join(', ')}
      FROM (SELECT unnest(from_json(CAST($1 AS VARCHAR), '[["VARCHAR"]]')) AS cells)`,
    [JSON.stringify(rows)],
  );
}

function replaysIn(landing: ObjectStore, next: string): ReplayZone {
  return {
    next,
    async check({ schema }, { name, load }) {
      if (load === 'replace') throw cantReplay(`${schema}.${name}`);
    },
    async *files({ dataset }, table) {
      for (const { key } of await landedFiles(landing.list(`${replayFolder(dataset, table.name)}/`))) {
        yield { key, text: (await landing.text(key))?.text ?? '' };
      }
    },
    /** An object appears as a whole, and each stands for itself: where one fails, the next replay writes the others. */
    async write({ folder, files }) {
      for (const [path, content] of files) {
        const key = `${folder}/${path}`;
        // Where it lies already it is the same: the folder is named by the content.
        await landing.put(key, content, { contentType: 'text/plain; charset=utf-8', onlyIf: 'absent' });
      }
    },
  };
}
