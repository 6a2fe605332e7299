/** A run that is killed at any moment leaves nothing that the next one can't finish. */

import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Workspace } from '../support/cli.ts';

let work: Workspace;
beforeEach(async () => {
  work = new Workspace();
  await work.sample();
});
afterEach(() => work.close());

const CHECK = `SELECT (SELECT count(*) FROM learnplatform.engagement) AS engagement,
  (SELECT sum(_row_number) FROM learnplatform.engagement) AS positions,
  (SELECT sum(rows_read) FROM ops.loads WHERE status = 'loaded') AS rows_read,
  (SELECT count(*) FROM learnplatform.district_daily) AS daily,
  (SELECT sum(pages_per_student) FROM learnplatform.district_features AS f JOIN learnplatform.district_daily AS d ON d.district_id = f.district_id) AS pages,
  (SELECT count(*) FROM learnplatform.district_clusters) AS clusters,
  (SELECT count(*) FROM ops.quarantine) AS quarantine,
  (SELECT count(*) FROM ops.loads WHERE rows_read <> rows_loaded + rows_duplicate + rows_quarantined) AS unbalanced`;

it('equals an undisturbed run, wherever it was killed', async () => {
  const calm = new Workspace();
  try {
    await calm.sample();
    const started = performance.now();
    await calm.run();
    const whole = performance.now() - started;
    const expected = await calm.query(CHECK);
    for (const share of [0.2, 0.35, 0.5, 0.65, 0.8]) {
      const child = work.start(['run', '--state', work.state, '--landing', work.landing]);
      // Listened for from the start: a run that is quicker than the undisturbed one has ended before it is killed.
      const ended = new Promise((resolve) => child.on('close', resolve));
      await sleep(whole * share);
      child.kill('SIGKILL');
      await ended;
    }
    const last = await work.run();
    expect([0, 3]).toContain(last.code);
    const [found] = await work.query<Record<string, number>>(CHECK);
    const [wanted] = expected as Record<string, number>[];
    expect({ ...found, pages: 0 }).toEqual({ ...wanted, pages: 0 });
    expect(found?.['pages']).toBeCloseTo(wanted?.['pages'] ?? Number.NaN, 6);
    expect(await work.query("SELECT count(*) AS n FROM ops.runs WHERE status = 'running'")).toEqual([{ n: 0 }]);
  } finally {
    calm.close();
  }
}, 120_000);

it('a query waits for a run and answers when it ends', async () => {
  const child = work.start(['run', '--state', work.state, '--landing', work.landing]);
  const ended = new Promise((resolve) => child.on('close', resolve));
  await sleep(800);
  const { code, stdout, stderr } = await work.cli([
    'query',
    'SELECT 1 AS one',
    '--state',
    work.state,
    '--format',
    'csv',
  ]);
  await ended;
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'one\r\n1\r\n' });
  // It may have been quick enough to need no waiting; if it waited, it said for whom.
  expect(stderr === '' || /waiting for .*PID \d+/.test(stderr)).toBe(true);
}, 60_000);
