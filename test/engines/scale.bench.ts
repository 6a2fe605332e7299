/**
 * How the Glue script scales: generated districts of learnplatform, 1.6 and 13 million rows, on one thread and on two.
 * usage: npm run bench:spark; LANDFALL_BENCH_SCALES=0.12 for some of them
 */

import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { loadProject } from '../../adapters/local/project.ts';
import type { Contract } from '../../core/contracts/types.ts';
import { generatorFor } from '../../generators/index.ts';
import { writeDataset } from '../../generators/write.ts';
import { Spark } from './support/spark.ts';
import { Twins } from './support/twins.ts';

/** Of the published size of 13.3 million rows. */
const SCALES = (process.env['LANDFALL_BENCH_SCALES'] ?? '0.12,1').split(',').map(Number);
const THREADS = [1, 2];
const HOUR = 3_600_000;

it.each(SCALES)(
  'scale %s',
  async (scale) => {
    const folder = mkdtempSync(join(tmpdir(), 'landfall-scale-'));
    try {
      const [generator, project] = [generatorFor('learnplatform'), await loadProject()];
      const contract = project.contracts.find(({ dataset }) => dataset === 'learnplatform');
      if (generator === undefined || contract === undefined) throw new Error('learnplatform is no data set');
      await writeDataset(generator, { out: folder, scale, seed: 7 });
      const books = [];
      for (const threads of THREADS) books.push(await measured(contract, folder, scale, threads));
      for (const other of books) expect(other).toEqual(books[0]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  HOUR,
);

/** @returns what was loaded, as both engines say */
async function measured(contract: Contract, landing: string, scale: number, threads: number): Promise<unknown> {
  const schema = `scale_${String(scale).replace('.', '_')}_${threads}`;
  const spark = await Spark.start({ cwd: landing, threads, isLarge: true });
  const twins = await Twins.open({ ...contract, schema }, spark, { landing });
  try {
    const start = performance.now();
    const { duckdb, spark: books } = await twins.load();
    const whole = (performance.now() - start) / 1000;
    expect(books).toEqual(duckdb);
    const files = twins.keys('landfall_staged/').filter((key) => /__[^/]*\/\d+\/[^/]*[.]parquet$/.test(key));
    const rows = books.reduce((sum, own) => sum + own.rows_read, 0);
    const seconds = twins.times.reduce((sum, own) => sum + own.seconds, 0);
    const bytes = files.reduce((sum, key) => sum + statSync(twins.path(key)).size, 0);
    process.stderr.write(
      `local[${threads}]: ${books.length} files, ${rows.toLocaleString('en-US')} rows in ${seconds.toFixed(1)} s ` +
        `(${whole.toFixed(1)} s with upload and DuckDB's own load), peak ${peak(spark.pid)} MiB, ` +
        `${files.length} files of ${(bytes / 2 ** 20).toFixed(1)} MiB staged\n`,
    );
    return books.map(({ source_file, rows_loaded, rows_quarantined }) => [source_file, rows_loaded, rows_quarantined]);
  } finally {
    await spark.stop();
    twins.close();
  }
}

/** Resident memory of a process and those that it started, each at its highest, in MiB. */
function peak(pid: number): number {
  try {
    const own = /VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
    return children.reduce((sum, child) => sum + peak(child), Math.round(Number(own) / 1024));
  } catch {
    // It has ended meanwhile.
    return 0;
  }
}
