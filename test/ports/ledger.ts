/** What every ledger holds to, and the small facts beside it. */

import { describe, expect, it } from '@jest/globals';
import type { Facts, FileItem, Lease, Leases, Ledger } from '../../adapters/aws/ledger/types.ts';
import type { Clock } from '../../core/ports.ts';

export interface LedgerUnderTest {
  readonly ledger: Ledger;
  readonly leases: Leases;
  readonly facts: Facts;
}

const MINUTE = 60_000;
let next = 0;

const fileOf = (dataset: string, key: string, more: Partial<FileItem> = {}): FileItem => ({
  dataset,
  key,
  latest: { key, table: 'sales', contentHash: 'c', planHash: 'p', fingerprint: 'f', loadId: 3, arrivedAt: 5 },
  current: null,
  ...more,
});

export function ledgerContract(name: string, open: (clock: Clock) => LedgerUnderTest): void {
  describe(`ledger: ${name}`, () => {
    const begin = async () => {
      const [dataset, time] = [`books-${next++}`, { now: Date.UTC(2026, 0, 1) }];
      const stores = open({ now: () => time.now });
      const lease = (await stores.leases.acquire(dataset, 'a', MINUTE)) as Lease;
      return { dataset, time, lease, ...stores };
    };
    const problem = (code: string) => ({ problems: [{ code }] });
    const sorted = (files: readonly FileItem[]) => files.toSorted((a, b) => (a.key < b.key ? -1 : 1));

    it('files come back as they were written, each data set with its own', async () => {
      const { ledger, dataset, lease } = await begin();
      const header = Array.from({ length: 500 }, (_, index) => `a column of some length, and this is number ${index}`);
      const current = { table: 'sales', loadId: 7, batchId: 'b', contentHash: 'c', arrivedAt: 123, header };
      const files = [
        fileOf(dataset, `${dataset}/größe 数.csv`),
        fileOf(dataset, `${dataset}/new.csv`, { current }),
        fileOf(dataset, `${dataset}/json.ndjson`, { current: { ...current, header: null } }),
      ];
      await ledger.putFiles(files, lease);
      expect(sorted(await ledger.files(dataset))).toEqual(sorted(files));
      expect(await ledger.files(`${dataset}-other`)).toEqual([]);
      const later = fileOf(dataset, `${dataset}/new.csv`);
      await ledger.putFiles([later], lease);
      expect(await ledger.files(dataset)).toContainEqual(later);
    });

    it('what is more than it can keep of a file is refused, with its name', async () => {
      const { ledger, dataset, lease } = await begin();
      const header = Array.from({ length: 60_000 }, () => Math.random().toString(36));
      const current = { table: 'sales', loadId: 7, batchId: 'b', contentHash: 'c', arrivedAt: 123, header };
      await expect(ledger.putFiles([fileOf(dataset, 'shop/wide.csv', { current })], lease)).rejects.toMatchObject({
        problems: [{ code: 'too-large-for-ledger', file: 'shop/wide.csv' }],
      });
    });

    it('a new fingerprint changes nothing else, and of unknown files nothing comes to be', async () => {
      const { ledger, dataset, lease } = await begin();
      const files = Array.from({ length: 40 }, (_, index) => fileOf(dataset, `k${index}`));
      await ledger.putFiles(files, lease);
      await ledger.touch(dataset, new Map([...files.map(({ key }) => [key, `new ${key}`] as const), ['none', 'x']]));
      expect(sorted(await ledger.files(dataset))).toEqual(
        sorted(files.map((file) => ({ ...file, latest: { ...file.latest, fingerprint: `new ${file.key}` } }))),
      );
    });

    it('batches go their way, and none is open at its end', async () => {
      const { ledger, dataset, lease, time } = await begin();
      const first = await ledger.claim(dataset, 'sales', 'run-1', 3, lease);
      time.now += 1;
      const second = await ledger.claim(dataset, 'visits', 'run-1', 1, lease);
      expect(first).toMatchObject({ dataset, table: 'sales', runId: 'run-1', state: 'claimed', loads: 3 });
      expect(second.firstLoad).toBeGreaterThanOrEqual(first.firstLoad + 3);
      expect(await ledger.open(dataset)).toEqual([first, second]);
      const staged = await ledger.advance(first, 'staged', lease);
      const merged = await ledger.advance(staged, 'merged', lease);
      expect(await ledger.open(dataset)).toEqual([{ ...first, state: 'merged' }, second]);
      await ledger.advance(merged, 'done', lease);
      await ledger.advance(second, 'abandoned', lease);
      expect(await ledger.open(dataset)).toEqual([]);
    });

    it('a step made twice is made once, and one from a state that is past is refused', async () => {
      const { ledger, dataset, lease } = await begin();
      const claimed = await ledger.claim(dataset, 'sales', 'run-1', 1, lease);
      const staged = await ledger.advance(claimed, 'staged', lease);
      expect(await ledger.advance(claimed, 'staged', lease)).toEqual(staged);
      const merged = await ledger.advance(staged, 'merged', lease);
      await expect(ledger.advance(claimed, 'staged', lease)).rejects.toMatchObject(problem('batch-moved'));
      await expect(ledger.advance(claimed, 'abandoned', lease)).rejects.toMatchObject(problem('batch-moved'));
      const done = await ledger.advance(merged, 'done', lease);
      expect(await ledger.advance(merged, 'done', lease)).toEqual(done);
      await expect(ledger.advance(staged, 'abandoned', lease)).rejects.toMatchObject(problem('batch-moved'));
      await expect(ledger.advance(staged, 'merged', lease)).rejects.toMatchObject(problem('batch-moved'));
      await expect(ledger.advance(merged, 'abandoned', lease)).rejects.toThrow("can't become abandoned");
    });

    it('load ids are given out once, whoever asks', async () => {
      const holders = await Promise.all(Array.from({ length: 6 }, begin));
      const batches = await Promise.all(
        holders.flatMap(({ ledger, dataset, lease }) =>
          [1, 4, 2].map((loads) => ledger.claim(dataset, 'sales', 'run', loads, lease)),
        ),
      );
      const ids = batches.flatMap(({ firstLoad, loads }) => Array.from({ length: loads }, (_, at) => firstLoad + at));
      expect(new Set(ids).size).toBe(ids.length);
      expect(Math.min(...ids)).toBeGreaterThan(0);
    });

    it('whose lease ran out, or is of another, writes nothing', async () => {
      const { ledger, leases, dataset, lease, time } = await begin();
      const batch = await ledger.claim(dataset, 'sales', 'run-1', 1, lease);
      await ledger.putFiles([fileOf(dataset, 'k')], lease);
      const changed = fileOf(dataset, 'k', { latest: { ...fileOf(dataset, 'k').latest, contentHash: 'other' } });
      const refused = async () => {
        await expect(ledger.putFiles([changed], lease)).rejects.toMatchObject(problem('lost-lease'));
        await expect(ledger.claim(dataset, 'sales', 'run-1', 1, lease)).rejects.toMatchObject(problem('lost-lease'));
        await expect(ledger.advance(batch, 'staged', lease)).rejects.toMatchObject(problem('lost-lease'));
        await expect(ledger.advance(batch, 'abandoned', lease)).rejects.toMatchObject(problem('lost-lease'));
        expect(await ledger.open(dataset)).toEqual([batch]);
        expect(await ledger.files(dataset)).toEqual([fileOf(dataset, 'k')]);
      };
      time.now += MINUTE;
      await refused();
      const successor = (await leases.acquire(dataset, 'b', MINUTE)) as Lease;
      await refused();
      await ledger.advance(batch, 'staged', successor);
    });

    it('keeps its files while others ask for the lease all the time', async () => {
      const { ledger, leases, dataset, lease } = await begin();
      const comers = Array.from({ length: 10 }, () => leases.acquire(dataset, 'b', MINUTE));
      const files = Array.from({ length: 150 }, (_, index) => fileOf(dataset, `k${index}`));
      await Promise.all([ledger.putFiles(files, lease), ...comers]);
      expect(await ledger.files(dataset)).toHaveLength(150);
    });

    it('many files are more than one write and one page takes', async () => {
      const { ledger, dataset, lease } = await begin();
      const header = Array.from({ length: 700 }, () => Math.random().toString(36));
      const current = { table: 'sales', loadId: 7, batchId: 'b', contentHash: 'c', arrivedAt: 123, header };
      const files = Array.from({ length: 250 }, (_, index) => fileOf(dataset, `${dataset}/${index}.csv`, { current }));
      await ledger.putFiles(files, lease);
      expect(sorted(await ledger.files(dataset))).toEqual(sorted(files));
    });
  });

  describe(`facts: ${name}`, () => {
    const { facts } = { facts: () => open({ now: () => 0 }).facts };

    it('come back as they were put, by group and name', async () => {
      const group = `models-${next++}`;
      const put = new Map<string, unknown>([
        ['shop.a', { definition: 'x'.repeat(5000), at: null, warned: ['größe'] }],
        ['shop.b', [1, 2, 3]],
        ...Array.from({ length: 60 }, (_, index): [string, unknown] => [`many.${index}`, index]),
      ]);
      await facts().put(group, put);
      expect(await facts().all(group)).toEqual(put);
      await facts().put(group, new Map([['shop.b', 'anew']]));
      await facts().remove(group, ['shop.a', 'shop.a', 'none', ...Array.from({ length: 60 }, (_, at) => `many.${at}`)]);
      expect(await facts().all(group)).toEqual(new Map([['shop.b', 'anew']]));
      expect(await facts().all(`${group}-other`)).toEqual(new Map());
    });

    it('too large for one is refused, and nothing of its group is written', async () => {
      const group = `models-${next++}`;
      const large = Array.from({ length: 60_000 }, () => Math.random().toString(36));
      await expect(
        facts().put(
          group,
          new Map<string, unknown>([
            ['a', 1],
            ['large', large],
          ]),
        ),
      ).rejects.toMatchObject({
        problems: [{ code: 'too-large-for-ledger', file: 'large' }],
      });
      expect(await facts().all(group)).toEqual(new Map());
    });
  });
}
