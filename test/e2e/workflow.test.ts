/** Two data sets side by side: what fails in one leaves the other whole, and the run tells of both state by state. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Outcome, Workspace } from '../support/cli.ts';

const contract = (dataset: string) => `apiVersion: v3.1.0
kind: DataContract
id: ${dataset}
name: ${dataset}
version: 1.0.0
status: active
description: {purpose: Visits.}
schema:
  - name: visits
    physicalType: table
    description: One visit.
    customProperties:
      - {property: landing, value: visits*.csv}
      - {property: load, value: merge}
    properties:
      - {name: id, logicalType: integer, description: Which, required: true, primaryKey: true, primaryKeyPosition: 1}
      - {name: note, logicalType: string, description: What was said.}
`;
const MODEL = 'description: Of the visits.\nmaterialize: full\n';

let work: Workspace;
let project: string;
let failed: Outcome;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), text);
}

const run = () => work.run('--project', project, '--json');

beforeAll(async () => {
  work = new Workspace();
  project = join(work.root, 'project');
  for (const dataset of ['east-side', 'west-side']) {
    const schema = dataset.replace('-', '_');
    write(`contracts/${dataset}.odcs.yaml`, contract(dataset));
    write(`queries/${dataset}/totals.yml`, MODEL);
    write(`queries/${dataset}/totals.sql`, `SELECT count(*) AS visits\nFROM ${schema}.visits\n`);
    work.drop(`${dataset}/visits.csv`, 'id,note\n1,7\n2,eight\n');
  }
  write('queries/east-side/numbers.yml', MODEL);
  write('queries/east-side/numbers.sql', 'SELECT\n  id,\n  CAST(note AS integer) AS number\nFROM east_side.visits\n');
  write('queries/east-side/beyond.yml', MODEL);
  write('queries/east-side/beyond.sql', 'SELECT max(number) AS most\nFROM east_side.numbers\n');
  failed = await run();
}, 60_000);
afterAll(() => work.close());

describe('a run in which one data set has a model that fails', () => {
  it('exits with 1 and names the file, the line, the column and what to do', () => {
    expect(failed.code).toBe(1);
    const { status, errors } = JSON.parse(failed.stdout);
    expect(status).toBe('failed');
    expect(errors).toEqual([
      expect.objectContaining({ code: 'bad-model', file: 'queries/east-side/numbers.sql', line: 3 }),
    ]);
    expect(errors[0].message).toMatch(/east_side.numbers: .*Could not convert string 'eight' to INT32/);
    expect(errors[0].hint).toMatch(/try_cast/);
    expect(failed.stderr).toMatch(/queries\/east-side\/numbers\.sql:3:3: /);
  });

  it('publishes all else: the same data set’s other models, and the other data set', async () => {
    expect(
      await work.query(
        'SELECT (SELECT visits FROM east_side.totals) AS east, (SELECT visits FROM west_side.totals) AS west',
      ),
    ).toEqual([{ east: 2, west: 2 }]);
    const { code, stderr } = await work.cli(['query', 'SELECT * FROM east_side.numbers', '--state', work.state]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/numbers/);
  });

  it('keeps the error and the time of each model and state in ops.runs', async () => {
    const [row] = await work.query<{ status: string; errors: string; details: string }>(
      'SELECT status, errors, details FROM ops.runs',
    );
    expect(row?.status).toBe('failed');
    expect(JSON.parse(row?.errors ?? '')).toMatchObject([{ file: 'queries/east-side/numbers.sql', line: 3 }]);
    const { models, states } = JSON.parse(row?.details ?? '');
    expect(models.map(({ name }: { name: string }) => name)).toEqual(['east_side.totals', 'west_side.totals']);
    expect(states).toContainEqual(
      expect.objectContaining({ state: 'LoadBatch', dataset: 'west-side', table: 'visits' }),
    );
  });

  it('status tells of the last run state by state', async () => {
    const { stdout } = await work.cli(['status', '--state', work.state, '--json']);
    const { states } = JSON.parse(stdout) as { states: { dataset: string | null; state: string; status: string }[] };
    const of = (dataset: string | null) => states.filter((row) => row.dataset === dataset).map(({ state }) => state);
    expect(of('west-side')).toEqual(
      expect.arrayContaining([
        'CheckHeaders',
        'StartCrawler',
        'GetCrawler',
        'LoadBatch visits',
        'CheckQuality',
        'RefreshModels',
      ]),
    );
    expect(of(null)).toEqual(['Plan', 'CheckFreshness', 'WriteReport', 'FinishRun', 'Notify']);
    expect(states.every(({ status }) => status === 'done')).toBe(true);
  });

  it('leaves the outcome beside the report for whoever watches', () => {
    const outcome = JSON.parse(readFileSync(join(work.state, 'report', 'run.json'), 'utf8'));
    expect(outcome).toMatchObject({
      status: 'failed',
      datasets: [
        { dataset: 'east-side', status: 'failed' },
        { dataset: 'west-side', status: 'succeeded' },
      ],
    });
    expect(outcome.errors).toHaveLength(1);
  });
});

it('the next run makes what was missing, once the model is mended, and nothing else', async () => {
  write(
    'queries/east-side/numbers.sql',
    'SELECT\n  id,\n  try_cast(note AS integer) AS number\nFROM east_side.visits\n',
  );
  const { code, stdout } = await run();
  expect(code).toBe(0);
  const { models } = JSON.parse(stdout) as { models: { name: string }[] };
  expect(models.map(({ name }) => name)).toEqual(['east_side.numbers', 'east_side.beyond']);
  expect(await work.query('SELECT most FROM east_side.beyond')).toEqual([{ most: 7 }]);
}, 30_000);

it('a header in another order is crawled anew; the same header is not', async () => {
  work.drop('west-side/visits2.csv', 'id,note\n3,x\n');
  await run();
  const crawls = async () => {
    const { stdout } = await work.cli(['status', '--state', work.state, '--json']);
    const { states } = JSON.parse(stdout) as { states: { state: string }[] };
    return states.filter(({ state }) => state === 'StartCrawler').length;
  };
  expect(await crawls()).toBe(0);
  work.drop('west-side/visits3.csv', 'note,id\ny,4\n');
  await run();
  expect(await crawls()).toBe(1);
  expect(await work.query('SELECT visits FROM west_side.totals')).toEqual([{ visits: 4 }]);
}, 60_000);
