/** The books that a run writes of itself: each object is written whole, and again where a step is repeated. */

import { createHash } from 'node:crypto';
import type { RunRecord } from '../../../core/ports.ts';
import type { QualityBooks } from '../../../core/quality/types.ts';
import type { Stray } from '../../../core/strays.ts';
import { removeUnder } from '../objects/sweep.ts';
import { bookFolder, bookKey, bookLines, bookTime } from './books.ts';
import type { LakeContext } from './context.ts';

/** Which rules the latest results of a table are of, by `schema.table`. */
const CHECKED = 'checked';

/** Longer than any run goes on: one that is older and still running was killed. */
const LONGEST_RUN = 24 * 60 * 60 * 1000;
const RUNNING = 'running';
const ENDED = 'ended';

export async function recordRun(context: LakeContext, run: RunRecord): Promise<void> {
  const { objects } = context;
  const isRunning = run.status === 'running';
  await objects.put(bookKey('runs', isRunning ? RUNNING : ENDED, run.runId), bookLines('runs', [runRow(run)]));
  if (isRunning) await endKilled(context, run.runId);
  else await objects.remove([bookKey('runs', RUNNING, run.runId)]);
}

function runRow({ runId, status, startedAt, finishedAt, errors, details }: RunRecord) {
  return {
    run_id: runId,
    status,
    started_at: bookTime(startedAt),
    finished_at: finishedAt === null ? null : bookTime(finishedAt),
    errors: JSON.stringify(errors),
    details,
  };
}

/** Runs of other data sets go on beside this one; what is past any run's time was killed. */
async function endKilled({ objects, now }: LakeContext, runId: string): Promise<void> {
  const folder = `${bookFolder('runs')}${RUNNING}/`;
  for await (const { key, modifiedAt } of objects.list(folder)) {
    const killed = key.slice(folder.length).replace(/[.]json$/, '');
    if (killed === runId || now() - modifiedAt < LONGEST_RUN) continue;
    const found = await objects.text(key);
    if (found === null) continue;
    const errors = JSON.stringify([{ code: 'killed', message: 'the run was killed' }]);
    const row = { ...JSON.parse(found.text), status: 'failed', errors };
    await objects.put(bookKey('runs', ENDED, killed), bookLines('runs', [row]), { onlyIf: 'absent' });
    await objects.remove([key]);
  }
}

/** Without rules, what is kept of the table goes: nothing would ever replace it. */
export async function recordQuality(context: LakeContext, books: QualityBooks): Promise<void> {
  const { facts, objects } = context;
  const { runId, dataset, schema, table, rules, results, checkedAt } = books;
  const name = `${schema}.${table}`;
  if (rules === '') {
    await facts.remove(CHECKED, [name]);
    return removeUnder(objects, `${bookFolder('quality')}${schema}/${table}/`);
  }
  if (results.length > 0) {
    const rows = results.map(({ column, ...result }) => ({
      run_id: runId,
      dataset,
      table_name: table,
      column_name: column,
      ...result,
      checked_at: bookTime(checkedAt),
    }));
    await objects.put(bookKey('quality', schema, table, runId), bookLines('quality', rows));
  }
  await facts.put(CHECKED, new Map([[name, rules]]));
}

export async function checkedRules({ facts }: LakeContext): Promise<ReadonlyMap<string, string>> {
  return (await facts.all(CHECKED)) as ReadonlyMap<string, string>;
}

/** One object a folder of the landing zone, whose name may have any character in it. */
export async function recordStrays(
  { objects }: LakeContext,
  runId: string,
  strays: readonly Stray[],
  looked: readonly string[] | null,
): Promise<void> {
  const folders = new Map<string | null, Stray[]>();
  for (const stray of strays) folders.set(stray.dataset, [...(folders.get(stray.dataset) ?? []), stray]);
  for (const [dataset, found] of folders) {
    const rows = found.map(({ problem: { file, code, message, hint } }) => ({
      run_id: runId,
      dataset,
      source_file: file ?? null,
      code,
      message,
      hint: hint ?? null,
    }));
    await objects.put(strayKey(dataset), bookLines('stray_files', rows));
  }
  const written = new Set([...folders.keys()].map(strayKey));
  const isOld = (key: string) => !written.has(key);
  if (looked === null) await removeUnder(objects, bookFolder('stray_files'), isOld);
  else await objects.remove(looked.map(strayKey).filter(isOld));
}

function strayKey(dataset: string | null): string {
  return bookKey('stray_files', dataset === null ? 'none' : createHash('sha256').update(dataset).digest('hex'));
}
