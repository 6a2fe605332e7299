/** Says what a run would load and refuse; the lake stays as it is. */

import type { Ports } from '../ports.ts';
import type { Problem } from '../problems.ts';
import type { DatasetResult, RunResult } from './finish.ts';
import { listDataset, planDataset } from './plan.ts';
import { chosen, type ProjectSource, problemsOf, type RunOptions } from './session.ts';
import { listUnclaimed } from './unclaimed.ts';

export async function dryRun(ports: Ports, source: ProjectSource, options: RunOptions): Promise<RunResult> {
  const contracts = chosen(source, options.datasets);
  await source.load();
  await ports.lake.prepare([], []);
  const datasets: DatasetResult[] = [];
  const [errors, warnings]: [Problem[], Problem[]] = [[], []];
  for (const contract of contracts) {
    const result = (status: DatasetResult['status'], filesLoaded: number, filesSkipped: number): DatasetResult => ({
      dataset: contract.dataset,
      status,
      tables: [],
      filesLoaded,
      filesSkipped,
      filesRefused: 0,
    });
    try {
      const listing = await listDataset(ports, contract, options);
      ports.landing.expect(listing.candidates.map(({ file }) => file));
      const { tables, skipped, strays, left } = await planDataset(ports, listing, options);
      warnings.push(...strays, ...left, ...tables.flatMap(({ refusals }) => refusals.map(({ problem }) => problem)));
      for (const { table, files } of tables) {
        for (const { file } of files) {
          ports.progress.step('would load', `${file.key} into ${contract.schema}.${table.name}`);
        }
      }
      const fresh = tables.reduce((sum, { files }) => sum + files.length, 0);
      datasets.push(result('skipped', fresh, skipped));
    } catch (error) {
      errors.push(...problemsOf(error, contract.dataset));
      datasets.push(result('failed', 0, 0));
    }
  }
  if (options.datasets.length === 0) {
    const beside = await listUnclaimed(ports, source.contracts, options.places);
    warnings.unshift(...beside.map(({ problem }) => problem));
  }
  const status = errors.length === 0 ? 'succeeded' : 'failed';
  return {
    runId: options.runId,
    status,
    datasets,
    models: [],
    warehouse: {},
    report: null,
    errors,
    warnings,
    refused: false,
  };
}
