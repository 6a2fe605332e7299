/** Commands that ask a deployed stage say what they say of a laptop after the same drops. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Workspace } from '../../support/cli.ts';
import { AwsStage } from '../support/aws-stage.ts';
import { EventPump } from '../support/event-pump.ts';
import { makeStacks } from '../support/stacks.ts';
import { REGION } from '../support/templates.ts';

const PATIENCE = 600_000;
const DATASET = 'app-installs';
const STAGE = 'shown';

const INSTALLS = `app_id,district_id,district_size,accounts_provisioned,created
${'a'.repeat(24)},${'1'.repeat(24)},120,40,2020-01-31
${'b'.repeat(24)},${'1'.repeat(24)},120,many,2020-02-01
${'c'.repeat(24)},${'2'.repeat(24)},-5,7,yesterday
`;
const SECTIONS = [
  { data: { id: 'a'.repeat(24), district: '1'.repeat(24), name: 'Art', students: ['x', 'y'] }, uri: '/1' },
  { data: { district: '2'.repeat(24), name: 'Biology', students: [] }, uri: '/2' },
];
const FILES = {
  'accounts_provisioned_1.csv': INSTALLS,
  'sections/2026-01-31T000000Z.ndjson': SECTIONS.map((one) => `${JSON.stringify(one)}\n`).join(''),
  'sections/2026-02-28T000000Z.ndjson': '{"cut off',
};

type Rows = readonly Readonly<Record<string, unknown>>[];

describe('after the same drops', () => {
  const work = new Workspace();
  let stage: AwsStage;

  const deployed = (...args: string[]) => {
    const env = {
      ...{ AWS_ENDPOINT_URL: stage.bridge.url, AWS_REGION: REGION },
      ...{ AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' },
    };
    return work.cli([...args, '--target', 'aws', '--stage', STAGE], { env });
  };
  const local = (...args: string[]) => work.cli([...args, '--state', work.state]);
  const both = async (...args: string[]) => {
    const [here, there] = [await local(...args), await deployed(...args)];
    expect({ stderr: there.stderr, code: there.code }).toEqual({ stderr: '', code: here.code });
    return [here.stdout, there.stdout] as const;
  };

  beforeAll(async () => {
    for (const [name, content] of Object.entries(FILES)) work.drop(`${DATASET}/${name}`, content);
    stage = await AwsStage.open();
    await makeStacks(stage, STAGE);
    // In the order in which the laptop takes them.
    for (const name of Object.keys(FILES)) {
      await stage.bucket('Landing').upload(`${DATASET}/${name}`, join(work.landing, DATASET, name));
    }
    await new EventPump(stage).settle('ingest');
    await work.soundRun('--dataset', DATASET, '--no-warehouse');
  }, PATIENCE);
  afterAll(async () => {
    await stage?.close();
    work.close();
  });

  test(
    'status tells the same of what landed, and of the stage who works on it',
    async () => {
      const [here, there] = (await both('status', '--json')).map((text) => JSON.parse(text) as Record<string, Rows>);
      expect(Object.keys(there ?? {})).toEqual(Object.keys(here ?? {}));
      for (const name of ['loads', 'refused', 'quarantine', 'stray_files', 'drift'] as const) {
        expect([name, withoutTimes(there?.[name])]).toEqual([name, withoutTimes(here?.[name])]);
      }
      expect(here?.['quarantine']).not.toEqual([]);
      const clean = (rows: Rows = []) =>
        rows.filter(({ table_name: table }) => /^app_installs[.](installs|sections)$/.test(String(table)));
      expect(clean(here?.['rows'])).toHaveLength(2);
      expect(clean(there?.['rows'])).toEqual(clean(here?.['rows']));
      // Its models are still to come, so that the run goes on, and holds the data set.
      expect(there?.['runs']).toMatchObject([{ status: 'running' }]);
      const [{ run_id: runId } = { run_id: null }] = there?.['runs'] ?? [];
      expect(there?.['work']).toMatchObject([{ dataset: DATASET, run_id: runId, is_awaited: false }]);
      expect(there?.['states']).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ dataset: DATASET, state: 'LoadBatch installs', status: 'done' }),
        ]),
      );
      expect(there?.['report']).toBe(`s3://${stage.bucket('Report').bucket}/index.html`);
      expect(there?.['warehouse']).toMatchObject({ host: 'warehouse.example', port: 5439, user: 'bi_reader' });
      const catalogs = [here, there].map((one) => one?.['catalog'] as unknown as { lineage: unknown });
      expect(catalogs[1]?.lineage).toEqual(catalogs[0]?.lineage);
      const text = await deployed('status');
      expect(text.code).toBe(0);
      expect(text.stdout).toMatch(/^runs\n.*\nat work now\n.*app-installs.*\nwarehouse\nwarehouse.example, port 5439/s);
    },
    PATIENCE,
  );

  test(
    'quarantine lists, exports and replays the same rows',
    async () => {
      const [here, there] = await both('quarantine', 'list', '--format', 'csv');
      expect(there).toBe(here);
      expect(here.split('\n').length).toBeGreaterThan(4);
      const some = ['--dataset', DATASET, '--table', 'installs'];
      const [mine, theirs] = await both('quarantine', 'export', ...some);
      expect(withoutLoad(theirs)).toEqual(withoutLoad(mine));
      const [ownJson, itsJson] = await both('quarantine', 'export', '--dataset', DATASET, '--table', 'sections');
      expect(withoutLoad(itsJson)).toEqual(withoutLoad(ownJson));

      work.drop('../here.csv', mine.replace('many', '9'));
      work.drop('../there.csv', theirs.replace('many', '9'));
      const replayed = await work.cli([
        'quarantine',
        'replay',
        'here.csv',
        '--state',
        work.state,
        '--landing',
        work.landing,
      ]);
      expect({ code: replayed.code, stderr: replayed.stderr }).toEqual({ code: 0, stderr: '' });
      const first = await deployed('quarantine', 'replay', 'there.csv');
      expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining('1 row in 1 new file under') });
      const folder = join(work.landing, DATASET, '_replay', 'installs');
      const [hash = ''] = readdirSync(folder);
      const key = `${DATASET}/_replay/installs/${hash}/accounts_provisioned_1.csv`;
      expect((await stage.bucket('Landing').text(key))?.text).toBe(readFileSync(join(work.landing, key), 'utf8'));
      const again = await deployed('quarantine', 'replay', 'there.csv');
      expect(again.stdout).toContain('1 row is in the landing folder already\nnothing to replay');
    },
    PATIENCE,
  );
});

/** Each lake has loaded at a time of its own. */
function withoutTimes(rows: Rows = []): unknown {
  return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => !name.endsWith('_at'))));
}

/** Loads have other numbers in each lake. */
function withoutLoad(csv: string): readonly string[] {
  const [header = '', ...lines] = csv.split('\n');
  const place = header.split(',').indexOf('_load_id');
  return [header, ...lines.map((line) => line.split(',').toSpliced(place, 1).join(','))];
}
