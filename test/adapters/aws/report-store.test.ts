import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, it } from '@jest/globals';
import { reportBucket } from '../../../adapters/aws/report-store.ts';
import type { ResultTable } from '../../../core/tabular.ts';
import { reportStoreContract } from '../../ports/report-store.ts';
import { FolderStore } from '../../support/aws/folder-store.ts';

const root = mkdtempSync(join(tmpdir(), 'landfall-report-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let bucket: FolderStore;
let buckets = 0;
const open = () => new FolderStore(join(root, String(++buckets)), async () => undefined);

reportStoreContract('a bucket', async (load) => {
  const objects = open();
  const keyOf = (place: string) => place.slice(`s3://${objects.bucket}/`.length);
  return {
    store: reportBucket(objects, load),
    read: async (place) => (await objects.text(keyOf(place)))?.text ?? '',
  };
});

const question = { table: 'shop.sales', version: 'v1', about: 'rows' as const, sql: 'SELECT day FROM shop.sales' };
const answer: ResultTable = { columns: [{ name: 'day', type: 'date' }], rows: [['2020-01-31']] };
let asked = 0;
const ask = async () => {
  asked += 1;
  return [answer];
};

beforeEach(() => {
  bucket = open();
  asked = 0;
});

it('asks no question twice, whichever function it is', async () => {
  for (let turn = 0; turn < 3; turn += 1) {
    expect(await reportBucket(bucket, async () => () => '').answers([question], ask)).toEqual([answer]);
  }
  expect(asked).toBe(1);
});

it('asks again where what was kept can not be read', async () => {
  const store = reportBucket(bucket, async () => () => '');
  for (const broken of ['{"question"', 'null', '[]', '{}']) {
    await bucket.put('answers/shop.sales/rows.json', broken);
    expect(await store.answers([question], ask)).toEqual([answer]);
  }
  expect(asked).toBe(4);
});
