/** Holds DuckDB and Spark to a corpus of files. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Contract } from '../../../core/contracts/types.ts';
import { expectedCounts, expectedOutcome, outcomeOf, type Row } from '../corpus/outcome.ts';
import type { Case } from '../corpus/types.ts';
import { Spark } from './spark.ts';
import { type Books, Twins } from './twins.ts';

/**
 * Declares the tests.
 *
 * @param contract of one table
 * @param key of a case's file, below the data set's folder
 */
export function holdToCorpus(contract: Contract, cases: readonly Case[], key: (name: string) => string): void {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-corpus-'));
  const { dataset, schema, tables } = contract;
  const clean = `${schema}.${tables[0]?.name}`;
  const keyOf = ({ name, packed }: Case) => `${key(name)}${packed ? '.gz' : ''}`;
  const found = new Map<'duckdb' | 'spark', { clean: readonly Row[]; quarantine: readonly Row[] }>();
  let spark: Spark;
  let twins: Twins;
  let books: { duckdb: readonly Books[]; spark: readonly Books[] };

  beforeAll(async () => {
    spark = await Spark.start({ cwd: folder });
    twins = await Twins.open(contract, spark);
    for (const one of cases) twins.lake.drop(keyOf(one), one.content);
    books = await twins.load();
    for (const engine of ['duckdb', 'spark'] as const) {
      const rows = await twins.rows(engine, clean);
      found.set(engine, {
        clean: rows,
        quarantine: await twins.rows(engine, 'ops.quarantine', `WHERE dataset = '${dataset}'`),
      });
    }
  }, 600_000);
  afterAll(async () => {
    twins?.close();
    await spark?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  describe.each(['duckdb', 'spark'] as const)('%s', (engine) => {
    it.each(cases)('$name', (one) => {
      const file = `${dataset}/${keyOf(one)}`;
      const own = found.get(engine);
      expect(outcomeOf(file, own?.clean ?? [], own?.quarantine ?? [])).toEqual(expectedOutcome(one));
      const load = books[engine].find(({ source_file }) => source_file === file);
      if (one.refused === undefined) {
        expect(load).toMatchObject({ status: 'loaded', ...expectedCounts(one) });
        return;
      }
      expect(load).toBeUndefined();
      expect(twins.refusals.get(file)).toContain(one.refused);
    });
  });

  it('both have the same rows, lineage included, and the same quarantine', async () => {
    expect(await twins.compare(clean)).toMatchObject({ onlyDuckdb: [], onlySpark: [] });
    expect(await twins.compareQuarantine()).toMatchObject({ onlyDuckdb: [], onlySpark: [] });
    expect(books.spark).toEqual(books.duckdb);
  });
}
