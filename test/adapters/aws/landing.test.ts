import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { LandingBucket } from '../../../adapters/aws/landing/zone.ts';
import type { ObjectStore } from '../../../adapters/aws/objects/types.ts';
import { LandfallError, TransientError } from '../../../core/problems.ts';

const home = mkdtempSync(join(tmpdir(), 'landfall-landing-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const FILE = { key: 'shop/x.csv', bytes: 10, modifiedAt: 0, fingerprint: '10-e' };

const failing = (error: Error) =>
  new LandingBucket({
    objects: { download: async () => Promise.reject(error) } as Partial<ObjectStore> as ObjectStore,
    scratch: join(home, 'landed'),
    largeBytes: 1000,
  });

it('an object that nobody may read, or that is archived, is told and tried again by the next run', async () => {
  const archived = new LandfallError({ code: 'aws-failed', message: "can't be read: InvalidObjectState: archived" });
  expect(await failing(archived).inspect(FILE)).toMatchObject({
    readable: false,
    contentHash: null,
    problem: { code: 'file-unreadable', message: "can't be read: InvalidObjectState: archived" },
  });
  await expect(failing(archived).pathOf(FILE, false)).rejects.toBe(archived);
});

it('where S3 is busy, or the disk is full, nothing is said of the file', async () => {
  for (const error of [
    new TransientError({ code: 'aws-busy', message: 'slow down' }),
    new LandfallError({ code: 'disk-full', message: 'no space' }),
  ]) {
    await expect(failing(error).inspect(FILE)).rejects.toBe(error);
  }
});
