/** A file too bad to be true is refused whole, and what an earlier sound version brought stays. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Workspace } from '../support/cli.ts';

let work: Workspace;
let project: string;
beforeAll(() => {
  work = new Workspace();
  project = work.project();
  const file = join(project, 'contracts/learnplatform.odcs.yaml');
  const landing = '      - {property: landing, value: engagement_data/*.csv}\n';
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(landing);
  writeFileSync(file, text.replace(landing, `${landing}      - {property: maxBadShare, value: 0.5}\n`));
});
afterAll(() => work.close());

const HEADER = 'time,lp_id,pct_access,engagement_index\n';
const FILE = 'learnplatform/engagement_data/1000.csv';
const run = () => work.run('--project', project, '--no-warehouse');
const rows = () => work.query('SELECT lp_id, engagement_index FROM learnplatform.engagement ORDER BY lp_id');

it('maxBadShare, from the first version to the third', async () => {
  work.drop(FILE, `${HEADER}2020-01-01,1,0.5,1\n2020-01-01,2,0.5,2\nnever,3,0.5,3\n`);
  expect((await run()).code).toBe(3);
  const sound = [
    { lp_id: 1, engagement_index: 1 },
    { lp_id: 2, engagement_index: 2 },
  ];
  expect(await rows()).toEqual(sound);

  work.drop(FILE, `${HEADER}2020-01-01,1,0.5,10\nnever,2,0.5,2\nnever,3,0.5,3\n`);
  const { code, stdout } = await run();
  expect(code).toBe(3);
  expect(stdout).toMatch(
    /1000\.csv: 2 of 3 rows fail the contract, more than maxBadShare 0\.5 allows \(correct the file and drop it again, or raise maxBadShare/,
  );
  expect(await rows()).toEqual(sound);
  expect(await work.query("SELECT row_number, status FROM ops.quarantine WHERE status = 'open'")).toEqual([
    { row_number: 3, status: 'open' },
  ]);
  // Refused once: the next run has nothing to say of it.
  expect((await run()).code).toBe(0);

  work.drop(FILE, `${HEADER}2020-01-01,1,0.5,10\n2020-01-02,2,0.5,2\n`);
  expect((await run()).code).toBe(0);
  expect(await rows()).toEqual([
    { lp_id: 1, engagement_index: 10 },
    { lp_id: 2, engagement_index: 2 },
  ]);
  expect(await work.query("SELECT count(*) AS n FROM ops.quarantine WHERE status = 'open'")).toEqual([{ n: 0 }]);
}, 60_000);
