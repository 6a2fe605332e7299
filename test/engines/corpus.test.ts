/** Odd and malformed files, each with its outcome beside it: DuckDB and Spark give that, and nothing else. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CORPUS } from './corpus/contract.ts';
import { RECORDS } from './corpus/records.ts';
import type { Case } from './corpus/types.ts';
import { VALUES } from './corpus/values.ts';
import { Spark, type SparkBooks } from './support/spark.ts';
import { Twins } from './support/twins.ts';

const CASES: readonly Case[] = [...RECORDS, ...VALUES];
const folder = mkdtempSync(join(tmpdir(), 'landfall-corpus-'));

type Row = Readonly<Record<string, unknown>>;
let spark: Spark;
let twins: Twins;
let books: { duckdb: readonly SparkBooks[]; spark: readonly SparkBooks[] };
const found = new Map<'duckdb' | 'spark', { clean: readonly Row[]; quarantine: readonly Row[] }>();

beforeAll(async () => {
  spark = await Spark.start({ cwd: folder });
  twins = await Twins.open(CORPUS, spark);
  for (const { name, content, packed } of CASES) twins.lake.drop(`readings/${name}.csv${packed ? '.gz' : ''}`, content);
  books = await twins.load();
  for (const engine of ['duckdb', 'spark'] as const) {
    const clean = await twins.rows(engine, 'corpus.readings');
    const quarantine = await twins.rows(engine, 'ops.quarantine', "WHERE dataset = 'corpus'");
    found.set(engine, { clean, quarantine });
  }
}, 240_000);
afterAll(async () => {
  twins?.close();
  await spark?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('has at least 40 files', () => {
  expect(CASES.length).toBeGreaterThanOrEqual(40);
  expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length);
});

describe.each(['duckdb', 'spark'] as const)('%s', (engine) => {
  it.each(CASES)('$name', ({ name, packed, clean, quarantine = [], duplicate = 0, refused }) => {
    const file = `corpus/readings/${name}.csv${packed ? '.gz' : ''}`;
    const own = found.get(engine);
    const rows = own?.clean.filter(({ _source_file }) => _source_file === file) ?? [];
    const shown = rows
      .toSorted((a, b) => Number(a['_row_number']) - Number(b['_row_number']))
      .map((row) =>
        Object.fromEntries(Object.entries(row).filter(([key, value]) => value !== null && !key.startsWith('_'))),
      );
    expect(shown).toEqual(clean.map((row) => ({ case_name: name, ...row })));
    const bad = own?.quarantine.filter(({ source_file }) => source_file === file) ?? [];
    const told = bad.map(({ row_number, column_name, reason, raw_row }) => [
      Number(row_number),
      column_name,
      reason,
      raw_row,
    ]);
    expect(told.toSorted(byText)).toEqual(quarantine.toSorted(byText));
    const [own1] = books[engine].filter((one) => (one as unknown as Row)['source_file'] === file);
    if (refused !== undefined) {
      expect(own1).toBeUndefined();
      expect(twins.refusals.get(file)).toContain(refused);
      return;
    }
    const failing = new Set(quarantine.map(([row]) => row)).size;
    expect(own1).toMatchObject({
      status: 'loaded',
      rows_read: clean.length + failing + duplicate,
      rows_loaded: clean.length,
      rows_duplicate: duplicate,
      rows_quarantined: failing,
    });
  });
});

const byText = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

it('both have the same rows, lineage included, and the same quarantine', async () => {
  expect(await twins.compare('corpus.readings')).toMatchObject({ onlyDuckdb: [], onlySpark: [] });
  expect(await twins.compareQuarantine()).toMatchObject({ onlyDuckdb: [], onlySpark: [] });
  expect(books.spark).toEqual(books.duckdb);
});
