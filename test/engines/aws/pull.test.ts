/** The function that pulls a data set, as it is deployed: from a real server into the landing bucket, and on into the lake. */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SHIPPED } from '../../../adapters/local/project.ts';
import { CLASSES, PAGES, TOKEN } from '../../support/pull.ts';
import { SectionsApi, section } from '../../support/sections-api.ts';
import { AthenaUser } from '../support/athena.ts';
import { AwsStage } from '../support/aws-stage.ts';
import { EventPump } from '../support/event-pump.ts';

const PATIENCE = 600_000;
const CONTRACT = 'contracts/app-installs.odcs.yaml';

const project = mkdtempSync(join(tmpdir(), 'landfall-pulled-'));
let api: SectionsApi;
let stage: AwsStage;

const landed = async () => {
  const found: string[] = [];
  for await (const { key } of stage.bucket('Landing').list('app-installs/sections/')) found.push(key);
  return found.sort();
};
const pull = () => stage.lambda.invoke('landfall-pull-app-installs', {});

beforeAll(async () => {
  api = await SectionsApi.start(CLASSES, TOKEN);
  mkdirSync(join(project, 'contracts'));
  const shipped = readFileSync(join(SHIPPED, CONTRACT), 'utf8');
  writeFileSync(join(project, CONTRACT), shipped.replace(/url: https:\S+/, `url: ${api.url}`));
  stage = await AwsStage.open({ context: { project } });
  await stage.keepSecret('landfall/pull/app-installs', TOKEN);
}, PATIENCE);
afterAll(async () => {
  await stage?.close();
  await api.stop();
  rmSync(project, { recursive: true, force: true });
});

test(
  'lands what is new once, with the token in no answer, and the event of the file loads it',
  async () => {
    const told = await pull();
    expect(told).toMatchObject({ records: CLASSES.length, pages: PAGES.length });
    expect(JSON.stringify(told)).not.toContain(TOKEN);
    expect(api.asked).toEqual(PAGES.map((url) => ({ url, authorization: `Bearer ${TOKEN}` })));
    const [key = '', ...others] = await landed();
    expect(others).toEqual([]);
    const lines = ((await stage.bucket('Landing').text(key))?.text ?? '').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(CLASSES);

    await pull();
    expect(await landed()).toEqual([key]);
    api.sections = [...CLASSES, section(900, 12)];
    await pull();
    expect(await landed()).toHaveLength(2);

    const pump = new EventPump(stage);
    await pump.settle('ingest');
    expect(pump.turns.map(({ failed }) => failed)).toEqual([[]]);
    const rows = await new AthenaUser(stage.bridge.url).rows('SELECT count(*) FROM app_installs.sections');
    expect(rows.at(-1)).toEqual([String(CLASSES.length + 1)]);
  },
  PATIENCE,
);

test(
  'says what the server answered, and lands nothing, where it does not let the function in',
  async () => {
    const before = await landed();
    await stage.keepSecret('landfall/pull/app-installs', 'old');
    await expect(pull()).rejects.toThrow(/401/);
    expect(await landed()).toEqual(before);
  },
  PATIENCE,
);
