import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Context } from 'aws-lambda';
import type { Contract } from '../../core/contracts/types.ts';
import { pullHandler } from '../../lambdas/pull/pull.ts';
import { logger } from '../../lambdas/shared/observe.ts';
import { MemoryObjects } from '../support/aws-twins.ts';
import { SectionsApi, sectionsWith, sendJson } from '../support/sections-api.ts';

logger.setLogLevel('SILENT');

const TOKEN = 'token-of-the-test';
const SECTIONS = sectionsWith(25, 20, 3);

let api: SectionsApi;
let landing: MemoryObjects;
let lake: MemoryObjects;
let time: number;
beforeAll(async () => {
  api = await SectionsApi.start(SECTIONS, TOKEN);
});
beforeEach(() => {
  [landing, lake, time] = [new MemoryObjects('landing'), new MemoryObjects('lake'), Date.UTC(2026, 0, 31)];
});
afterEach(() => api.reset(SECTIONS));
afterAll(() => api.stop());

function pull(token = TOKEN) {
  const sourceApi = {
    ...{ url: api.url, table: 'sections', token: 'API_TOKEN', prefix: 'sections', records: 'data', key: 'data.id' },
    next: { list: 'links', rel: 'next', link: 'uri' },
    pageSize: { parameter: 'limit', value: 10 },
    maxPages: 10,
  };
  const source = { contracts: [{ dataset: 'classes', sourceApi } as unknown as Contract] };
  const hasher = { hash: (text: string) => createHash('sha256').update(text).digest('hex') };
  const clock = { now: () => time };
  const place = { landing, lake, source, hasher, clock, dataset: 'classes', sleep: async () => undefined };
  return pullHandler(async () => ({ ...place, token: async () => token }))({}, {} as Context);
}
const keysOf = async (objects: MemoryObjects) => {
  const keys: string[] = [];
  for await (const { key } of objects.list('')) keys.push(key);
  return keys;
};

it('lands what the API has, once, and leaves no page behind', async () => {
  const key = 'classes/sections/2026-01-31T000000Z.ndjson';
  expect(await pull()).toMatchObject({ pages: 3, pages_resumed: 0, records: 25, key });
  const lines = (await landing.text(key))?.text.trimEnd().split('\n') ?? [];
  expect(lines.map((line) => JSON.parse(line))).toEqual(SECTIONS);
  expect(await keysOf(lake)).toEqual([]);
  time += 60_000;
  expect(await pull()).toMatchObject({ records: 25, key: null });
  expect(await keysOf(landing)).toEqual([key]);
});

it('goes on behind the pages that an unfinished pull kept', async () => {
  api.mood = (_, response, nth) => {
    if (nth < 3) return false;
    sendJson(response, 401, { error: 'expired' });
    return true;
  };
  time = 3000;
  await expect(pull()).rejects.toMatchObject({ name: expect.stringContaining('Error') });
  expect(await keysOf(lake)).toHaveLength(2);
  api.reset(SECTIONS);
  expect(await pull()).toMatchObject({ pages: 3, pages_resumed: 2, records: 25 });
  expect(api.takeAsked()).toHaveLength(1);
});

it('a token that is missing is told of without its value', async () => {
  await expect(pull('')).rejects.toMatchObject({ problems: [{ code: 'no-token' }] });
  await expect(pull('a b')).rejects.not.toMatchObject({ message: expect.stringContaining('a b') });
});
