/** What later objects say of earlier ones, as the books tell it; and what is there before any data. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { bookKey, bookLines, type WrittenBook } from '../../../adapters/aws/lake/books.ts';
import { defineLake } from '../../../adapters/aws/lake/define.ts';
import { Database } from '../../../adapters/duckdb/database.ts';
import { loadProject } from '../../../adapters/local/project.ts';
import { literal } from '../../../core/models/changed-rows.ts';
import { WORDS } from '../../../core/plans/dialect.ts';
import type { Value } from '../../../core/tabular.ts';
import { AwsLake } from '../support/aws-lake.ts';

const project = await loadProject();
let aws: AwsLake;

beforeAll(async () => {
  aws = await AwsLake.open(project.contracts.map(({ schema }) => schema));
}, 600_000);
beforeEach(() => aws.empty());
afterAll(() => aws?.close());

const rows = async (sql: string) => (await aws.lake.read(sql)).rows;
let made = 0;
const write = (book: WrittenBook, ...all: readonly Readonly<Record<string, Value>>[]) => {
  made += 1;
  return aws.context.objects.put(bookKey(book, 'shop', 'sales', `batch-${made}`), bookLines(book, all));
};

/** Quarantine is Parquet, as DuckDB writes it. */
async function quarantine(...all: readonly (readonly [load: number, row: number, raw: string])[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-books-'));
  const database = await Database.open({ file: null, readOnly: false, spill: null });
  const path = join(folder, 'rows.parquet');
  try {
    const values = all.map(
      ([load, row, raw]) =>
        `('shop', 'sales', 'a.csv', ${row}::BIGINT, 'id', 'type', ${literal(raw)}, ${load}::BIGINT)`,
    );
    await database.run(`COPY (SELECT * FROM (VALUES ${values.join(', ')}) AS bad(dataset, table_name, source_file,
      row_number, column_name, reason, raw_row, load_id)) TO ${WORDS.literal.duckdb(path)} (FORMAT parquet)`);
    made += 1;
    await aws.context.objects.upload(bookKey('quarantine', 'shop', 'sales', `batch-${made}`), path);
  } finally {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const load = (load_id: number, source_file: string, more: Readonly<Record<string, Value>> = {}) => ({
  ...{ load_id, run_id: 'run-1', dataset: 'shop', table_name: 'sales', source_file, content_hash: `h${load_id}` },
  ...{ arrived_at: '2026-01-01 00:00:00.123', rows_read: 3, status: 'loaded', error: null, ...more },
});

test('a load is superseded once a newer one says so, whoever writes it again', async () => {
  await write('loads', load(1, 'a.csv'), load(2, 'b.csv'));
  await write('superseded', { load_id: 1, hides: false });
  await write('superseded', { load_id: 1, hides: false });
  expect(await rows('SELECT load_id, arrived_at, rows_read, status, error FROM ops.loads ORDER BY load_id')).toEqual([
    [1, '2026-01-01 00:00:00.123', 3, 'superseded', null],
    [2, '2026-01-01 00:00:00.123', 3, 'loaded', null],
  ]);
});

test('of refusals of a file that could not be read the last one stays', async () => {
  const refused = { status: 'refused', error: 'no header' };
  await write(
    'loads',
    load(1, 'a.csv', { ...refused, content_hash: null }),
    load(2, 'b.csv', { ...refused, content_hash: null }),
  );
  await write(
    'loads',
    load(3, 'a.csv', { ...refused, content_hash: null }),
    load(4, 'c.csv', refused),
    load(5, 'c.csv', refused),
  );
  await write('loads', load(6, 'b.csv'));
  expect(await rows('SELECT load_id FROM ops.loads ORDER BY load_id')).toEqual([[2], [3], [4], [5], [6]]);
});

test('a row of quarantine is open, superseded, or replayed while its replay counts', async () => {
  await write('loads', load(1, 'a.csv'), load(2, 'a.csv'), load(3, '_replay/x.csv'));
  await quarantine([1, 7, 'old'], [2, 7, 'bad'], [2, 8, 'worse']);
  await write('superseded', { load_id: 1, hides: true });
  const found = () =>
    rows('SELECT load_id, row_number, raw_row, status FROM ops.quarantine ORDER BY load_id, row_number');
  const replay = { load_id: 3, row_number: 1, source_file: 'a.csv', source_row: 7 };
  await write('replays', { ...replay, content_hash: 'h1' }, { ...replay, content_hash: 'h2' });
  expect(await found()).toEqual([
    [1, 7, null, 'superseded'],
    [2, 7, 'bad', 'replayed'],
    [2, 8, 'worse', 'open'],
  ]);
  await write('superseded', { load_id: 3, hides: false });
  expect((await found()).map(([, , , status]) => status)).toEqual(['superseded', 'open', 'open']);
});

test('what was found in a version goes with it', async () => {
  const drift = { run_id: 'run-1', dataset: 'shop', table_name: 'sales', source_file: 'a.csv', kind: 'new_column' };
  await write('drift', { ...drift, load_id: 1 }, { ...drift, load_id: 2 });
  expect(await rows('SELECT load_id, kind, detail FROM ops.drift ORDER BY load_id')).toEqual([
    [1, 'new_column', null],
    [2, 'new_column', null],
  ]);
});

test('every model can be asked before any data lands, and its first refresh takes its place', async () => {
  const { athena, glue, objects } = aws.context;
  const made = await defineLake({ athena, glue, bucket: objects.bucket }, project);
  expect(made).toHaveLength(project.models.length + project.contracts.flatMap(({ tables }) => tables).length);
  const counts = project.models.map(({ table }) => `SELECT '${table}' AS name, count(*) AS n FROM ${table}`);
  expect(await rows(`SELECT sum(n), count(*) FROM (${counts.join(' UNION ALL ')})`)).toEqual([
    [0, project.models.length],
  ]);
  const [model] = project.models;
  if (model === undefined) throw new Error('there is a model');
  aws.next();
  for (const materialize of ['full', 'view'] as const) {
    await aws.lake.refresh({ ...model, materialize, sql: 'SELECT 1 AS one', columns: {}, audits: [] }, materialize, []);
    expect(await rows(`SELECT * FROM ${model.table}`)).toEqual([[1]]);
  }
});
