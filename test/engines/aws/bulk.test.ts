/** Files too large for a function go through the state machine to Spark, and become what a laptop makes of them. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { BatchStopJobRunCommand, GlueClient } from '@aws-sdk/client-glue';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeClient } from '../../../adapters/aws/clients.ts';
import { LEASE_MS } from '../../../adapters/aws/run/home.ts';
import { RunStore } from '../../../adapters/aws/run/store.ts';
import { execute } from '../../bridge/states/machine.ts';
import { Workspace } from '../../support/cli.ts';
import { AwsStage } from '../support/aws-stage.ts';
import { expectSame } from '../support/expect-same.ts';
import { definitionOf } from '../support/stage-functions.ts';
import { StageTables } from '../support/stage-tables.ts';
import { watchedGlue } from '../support/watched-glue.ts';

const PATIENCE = 900_000;
const DATASET = 'club-visits';

const CONTRACT = `apiVersion: v3.1.0
kind: DataContract
id: club-visits
name: club-visits
version: 1.0.0
status: active
description: {purpose: Who came to the club.}
customProperties:
  - {property: drift, value: freeze}
schema:
  - name: visits
    physicalType: table
    description: One visit.
    customProperties:
      - {property: landing, value: visits/*.csv}
      - {property: load, value: merge}
      - {property: partitionBy, value: [month(day)]}
      - {property: maxBadShare, value: 0.5}
    properties:
      - {name: id, logicalType: integer, required: true, primaryKey: true}
      - {name: day, logicalType: date, required: true}
      - {name: came_at, logicalType: timestamp}
      - {name: paid, logicalType: number, logicalTypeOptions: {minimum: 0}}
      - {name: note, logicalType: string}
      - {name: mail, logicalType: string, customProperties: [{property: protect, value: hmac}]}
      - {name: card, logicalType: string, customProperties: [{property: protect, value: mask}]}
      - {name: name, logicalType: string, customProperties: [{property: protect, value: drop}]}
  - name: doors
    physicalType: table
    description: One door.
    customProperties:
      - {property: landing, value: doors*.csv}
      - {property: load, value: replace}
    properties:
      - {name: door, logicalType: integer, required: true, primaryKey: true}
      - {name: label, logicalType: string}
`;

const HEADER = 'id,day,came_at,paid,note,mail,card,name\n';
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);
const row = (id: number, paid: number | string = id / 4, note = `n${id % 7}`) =>
  `${id},2020-0${1 + (id % 9)}-11,2020-01-31 10:00:0${id % 10}.5,${paid},${note},p${id % 50}@x.org,12345678${1000 + id},Ann ${id}\n`;

/** Sound rows, a repeat, one in quotes over two lines, and rows that fail by their values, by their fields, as text. */
const FIRST = `${HEADER}${numbers(2000)
  .map((id) => row(id))
  .join('')}${row(7)}${row(8, 99)}3001,2020-02-02,,,"two
lines, é",q@x.org,1234,Bo\n-,2020-02-02,,1,no id,r@x.org,12345678,Cy\n3002,2020-02-30,,-1,"no, day",,,\n3003,2020-02-02\n`;
const OVERLAP = `${HEADER}${numbers(300)
  .map((id) => row(id + 1900, 5))
  .join('')}x,2020-01-01,,,,,,\n`;
const MOSTLY_BAD = `${HEADER}${row(1)}a,,,,,,,\nb,,,,,,,\nc,,,,,,,\n`;
const OTHER_TYPE = `${HEADER}${numbers(12)
  .map((id) => row(id, '3 dollars'))
  .join('')}${numbers(40)
  .map((id) => row(id + 100, ''))
  .join('')}`;
const CORRECTED = `${HEADER}${numbers(1500)
  .map((id) => row(id, id / 2, 'again'))
  .join('')}y,2020-01-01,,,,,,\n`;
const DOORS = `door,label\n${numbers(50)
  .map((door) => `${door},"door ""${door}"""\n`)
  .join('')}`;

const folder = mkdtempSync(join(tmpdir(), 'landfall-bulk-'));
const root = join(folder, 'project');
mkdirSync(join(root, 'contracts'), { recursive: true });
writeFileSync(join(root, 'contracts', `${DATASET}.odcs.yaml`), CONTRACT);

describe('files that are too large for a function', () => {
  const work = new Workspace();
  let stage: AwsStage;
  let tables: StageTables;
  let key: string;
  let glue: GlueClient;

  const drop = async (files: Readonly<Record<string, string>>) => {
    for (const [name, content] of Object.entries(files)) {
      const path = join(work.landing, DATASET, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
      await stage.bucket('Landing').upload(`${DATASET}/${name}`, path);
    }
    const options = { env: { LANDFALL_PROTECT_KEY: key } };
    const folders = ['--state', work.state, '--landing', work.landing, '--project', root];
    const { code, stderr } = await work.cli(['run', ...folders, '--no-warehouse'], options);
    expect(code === 0 || code === 3 ? '' : stderr).toBe('');
  };
  const keys = async (prefix: string) => {
    const found: string[] = [];
    for await (const { key: own } of stage.bucket('Lake').list(prefix)) found.push(own);
    return found;
  };
  /** @returns what of a run's states is about loading, and what went wrong */
  const run = async (
    name: string,
    onJob: (attempt: number, runId: string) => Promise<void> = async () => undefined,
  ) => {
    const runs: string[] = [];
    const watched = watchedGlue(glue, async (id) => {
      if (!runs.includes(id)) runs.push(id);
      await onJob(runs.indexOf(id) + 1, id);
    });
    const machine = {
      definition: definitionOf(stage.templates),
      lambda: stage.lambda,
      glue: watched,
      waits: { WaitForCrawler: 500 },
      retries: { BulkLoad: 0 },
    };
    const { tasks, error } = await execute(machine, name, {});
    const { stored } = (await new RunStore(stage.bucket('Lake')).read(name)) ?? {};
    const errors = [...(stored?.session.errors ?? []), ...(error === null ? [] : [error.message])];
    return { errors, visited: tasks.map(({ state }) => state).filter((state) => /Load|Failure/.test(state)) };
  };

  beforeAll(async () => {
    stage = await AwsStage.open({ context: { project: root }, variables: { LANDFALL_LARGE_BYTES: '10000' } });
    glue = makeClient(GlueClient, stage.connection);
    key = await stage.secret('landfall/protect-key');
    await drop({
      'visits/a.csv': FIRST,
      'visits/b.csv': OVERLAP,
      'visits/c.csv': MOSTLY_BAD,
      'visits/d.csv': OTHER_TYPE,
      'doors.csv': DOORS,
    });
    tables = await StageTables.open(stage, work.state, folder);
  }, PATIENCE);
  afterAll(async () => {
    tables?.close();
    await stage?.close();
    work.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const compareAll = async () => {
    const own = { loads: ['load_id', 'run_id', 'content_hash', 'arrived_at', 'started_at', 'finished_at'] };
    expectSame(await tables.compareAthena('club_visits.visits', ['_load_id']));
    expectSame(await tables.compareAthena('club_visits.doors', ['_load_id']));
    expectSame(await tables.compareAthena('ops.quarantine', ['load_id']));
    expectSame(await tables.compareAthena('ops.loads', own.loads));
    expectSame(await tables.compareAthena('ops.drift', ['run_id', 'load_id', 'detected_at']));
  };

  test(
    'are read by Spark, and loaded as others are',
    async () => {
      const others: unknown[] = [];
      const ran = await run('20260131T100000-000001', async () => {
        // Long after a function would have died, the data set is still the run's.
        others.push(await stage.leases(LEASE_MS * 2).acquire(DATASET, 'another', 1000));
      });
      expect([...new Set(others)]).toEqual([null]);
      expect(ran).toEqual({
        errors: [],
        visited: ['BulkLoad', 'LoadBatch', 'LoadBatch'],
      });
      await compareAll();
      const told = JSON.stringify(
        await Promise.all((await keys('bulk/')).map((one) => stage.bucket('Lake').text(one))),
      );
      expect(told).toContain('landfall_hmac_key');
      expect(told).not.toContain(key);
    },
    PATIENCE,
  );

  test(
    'are read anew where the job was killed half-way',
    async () => {
      tables.close();
      await drop({ 'visits/a.csv': CORRECTED, 'doors.csv': DOORS.replace('door ""1""', 'gate ""1""') });
      tables = await StageTables.open(stage, work.state, folder);
      const before = new Set(await keys('landfall_staged/'));
      let left: string[] = [];
      const ran = await run('20260131T110000-000002', async (attempt, runId) => {
        if (attempt > 1) return;
        left = (await keys('landfall_staged/')).filter((one) => one.endsWith('.parquet') && !before.has(one));
        if (left.length === 0) return;
        await glue.send(new BatchStopJobRunCommand({ JobName: 'landfall-load', JobRunIds: [runId] }));
        // As of a task that had written more of the file than the next try will.
        const [some = ''] = left;
        const path = join(folder, 'half.parquet');
        await stage.bucket('Lake').download(some, path);
        await stage.bucket('Lake').upload(some.replace(/[^/]*$/, 'part-99999-half.parquet'), path);
      });
      expect(left).not.toEqual([]);
      expect(ran).toEqual({
        errors: [],
        visited: ['BulkLoad', 'BulkLoad', 'LoadBatch', 'LoadBatch'],
      });
      await compareAll();
      // Nothing is left of the versions that were corrected, nor of the job's own work.
      expect((await keys('batches/')).filter((one) => one.endsWith('.parquet'))).toEqual([]);
    },
    PATIENCE,
  );
});
