/** Many hands on one lake, and files that would fill a machine: everybody is served, nothing is held in memory. */

import { appendFileSync, closeSync, ftruncateSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Workspace } from '../support/cli.ts';

let work: Workspace;
beforeEach(() => {
  work = new Workspace();
});
afterEach(() => work.close());

const ONLY = ['--dataset', 'learnplatform', '--no-warehouse'];
const run = (...more: string[]) => ['run', '--state', work.state, '--landing', work.landing, ...ONLY, ...more];
const HEADER = 'time,lp_id,pct_access,engagement_index\n';

it('two runs at once: the second waits, says for whom, and both end well', async () => {
  await work.sample(0.002);
  const both = await Promise.all([work.soundRun(...ONLY), work.soundRun(...ONLY)]);
  const waited = both.filter(({ stderr }) => /wait: .*PID \d+.* is writing to the lake/.test(stderr));
  expect(waited).toHaveLength(1);
  expect(waited[0]?.stdout).toMatch(/nothing new to load, \d+ files known already/);
  expect(await work.query('SELECT status, count(*) AS runs FROM ops.runs GROUP BY status')).toEqual([
    { status: 'succeeded', runs: 2 },
  ]);
  expect(await work.query('SELECT count(*) AS n FROM ops.loads GROUP BY source_file HAVING count(*) > 1')).toEqual([]);
}, 60_000);

it('a file that grows while a run is under way is left for the next one, which is told', async () => {
  const key = 'learnplatform/engagement_data/1.csv';
  work.drop('learnplatform/engagement_data/2.csv', `${HEADER}2020-01-01,2,0.5,1\n`);
  work.drop(key, HEADER);
  let halves = 0;
  const write = () => {
    halves += 1;
    appendFileSync(join(work.landing, key), halves % 2 === 1 ? `2020-01-01,${halves},0.5,` : '1\n');
  };
  const writer = setInterval(write, 15);
  const { code, stdout } = await work.cli(run());
  clearInterval(writer);
  if (halves % 2 === 1) write();
  expect(code).toBe(0);
  expect(stdout).toMatch(/1[.]csv: changed while the run was reading: left for the next run \(write it under a name/);
  const count = 'SELECT district_id, count(*) AS n FROM learnplatform.engagement GROUP BY 1 ORDER BY 1';
  expect(await work.query(count)).toEqual([{ district_id: 2, n: 1 }]);
  expect((await work.cli(run())).code).toBe(0);
  expect(await work.query(count)).toEqual([
    { district_id: 1, n: halves / 2 },
    { district_id: 2, n: 1 },
  ]);
}, 60_000);

describe('more than a machine holds', () => {
  const MB = 1024 * 1024;
  /** A gigabyte in a megabyte: members of a .gz are read one after the other. */
  const bomb = (head: string, filling: number) => {
    const member = gzipSync(Buffer.alloc(16 * MB, filling));
    return Buffer.concat([gzipSync(head), ...Array.from({ length: 64 }, () => member)]);
  };
  /** Kilobytes, as a process says at its end. */
  const peakOf = (stderr: string) =>
    Math.max(...[...stderr.matchAll(/peak (\d+)/g)].map(([, kilobytes]) => Number(kilobytes)));

  it('in one line, packed or not, is refused, and what is sound loads', async () => {
    const path = (name: string) => join(work.landing, 'learnplatform/engagement_data', name);
    work.drop('learnplatform/engagement_data/1.csv', `${HEADER}2020-01-01,1,0.5,1\n`);
    writeFileSync(path('2.csv.gz'), bomb('', 0));
    writeFileSync(path('3.csv.gz'), bomb(`${HEADER}2020-01-01,1,0.5,"`, 0x78));
    const file = openSync(path('4.csv'), 'w');
    writeSync(file, `${HEADER}2020-01-01,1,0.5,`);
    ftruncateSync(file, 1024 * MB);
    closeSync(file);
    const hook = join(work.root, 'peak.mjs');
    const tell = "process.on('exit', () => console.error('peak ' + process.resourceUsage().maxRSS));";
    writeFileSync(hook, tell);
    const env = { NODE_OPTIONS: `--import=${pathToFileURL(hook)}` };
    const { code, stdout, stderr } = await work.cli(run(), { env });
    expect(code).toBe(3);
    for (const name of ['2.csv.gz', '3.csv.gz', '4.csv']) {
      expect(stdout).toMatch(new RegExp(`${name.replaceAll('.', '[.]')}: a line is longer than 32 MB`));
    }
    expect(peakOf(stderr)).toBeGreaterThan(0);
    expect(peakOf(stderr)).toBeLessThan(600 * 1024);
    expect(await work.query('SELECT count(*) AS n FROM learnplatform.engagement')).toEqual([{ n: 1 }]);
    expect((await work.cli(run())).code).toBe(0);
  }, 60_000);
});
