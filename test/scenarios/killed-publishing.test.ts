/** Runs killed at ten moments, half of them while they publish: the next one repairs, and all equals a calm run. */

import { appendFileSync, cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Workspace } from '../support/cli.ts';
import { compareWithLake, serverOf, stopLeftover } from '../support/warehouse.ts';

let work: Workspace;
let calm: Workspace;
beforeEach(async () => {
  [work, calm] = [new Workspace(), new Workspace()];
  await work.sample(0.002);
});
afterEach(async () => {
  for (const space of [work, calm]) {
    await stopLeftover(space.state);
    space.close();
  }
});

/** Milliseconds after the start, or after the run says that it publishes. */
const MOMENTS: readonly { readonly after: 'start' | 'publishing'; readonly wait: number }[] = [
  ...[250, 450, 600, 750, 900].map((wait) => ({ after: 'start' as const, wait })),
  ...[0, 10, 30, 60, 120].map((wait) => ({ after: 'publishing' as const, wait })),
];

async function killed({ after, wait }: (typeof MOMENTS)[number]): Promise<void> {
  const child = work.start(['run', '--state', work.state, '--landing', work.landing]);
  const ended = new Promise<void>((done) => child.on('close', () => done()));
  const publishing = new Promise<void>((done) => {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (text.includes('warehouse: learnplatform')) done();
    });
  });
  if (after === 'publishing') await Promise.race([publishing, ended]);
  await sleep(wait);
  child.kill('SIGKILL');
  await ended;
}

it('equals a run that was never killed', async () => {
  const folder = join(work.landing, 'learnplatform/engagement_data');
  const files = readdirSync(folder).sort();
  let orphans = 0;
  for (const [index, moment] of MOMENTS.entries()) {
    // Something new each time, so that there is something to publish.
    appendFileSync(
      join(folder, files[index % files.length] ?? ''),
      `2020-12-${10 + index},${90_000 + index},1.5,2.25\n`,
    );
    await killed(moment);
    if ((await serverOf(work.state)) !== null) orphans += 1;
  }
  expect(orphans).toBeGreaterThan(0);
  expect([0, 3]).toContain((await work.run()).code);
  expect(await serverOf(work.state)).toBeNull();
  const compared = await compareWithLake(work.state);

  rmSync(calm.landing, { recursive: true, force: true });
  cpSync(work.landing, calm.landing, { recursive: true, preserveTimestamps: true });
  await calm.run();
  expect(await compareWithLake(calm.state)).toEqual(compared);
  const figures = `SELECT d.district_id, d.time, round(d.dau_high, 9) AS dau_high FROM learnplatform.district_daily AS d
    ORDER BY d.district_id, d.time`;
  expect(await work.query(figures)).toEqual(await calm.query(figures));
}, 120_000);

it('an orphaned server is joined by the next command, and stopped with it', async () => {
  await killed({ after: 'publishing', wait: 20 });
  const orphan = await serverOf(work.state);
  expect(orphan).not.toBeNull();
  const { code } = await work.run();
  expect([0, 3]).toContain(code);
  expect(await serverOf(work.state)).toBeNull();
  await compareWithLake(work.state);
}, 60_000);
