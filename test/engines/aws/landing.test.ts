import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LandingBucket } from '../../../adapters/aws/landing/zone.ts';
import { Bucket } from '../../../adapters/aws/objects/bucket.ts';
import type { LandedFile } from '../../../core/landed.ts';
import { landingContract } from '../../ports/landing.ts';
import { makeBucket, moto } from './stores.ts';

const home = mkdtempSync(join(tmpdir(), 'landfall-landing-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const LARGE = 64 * 1024 ** 2;
const upload = async (objects: Bucket, key: string, content: string | Buffer) => void (await objects.put(key, content));

landingContract('a bucket', async () => {
  const objects = new Bucket(await makeBucket('landing'), moto());
  const scratch = join(mkdtempSync(join(home, 'zone-')), 'landed');
  return {
    zone: new LandingBucket({ objects, scratch, largeBytes: LARGE }),
    drop: (key, content) => upload(objects, key, content),
    remove: (key) => objects.remove([key]),
  };
});

describe('a bucket as the landing zone', () => {
  let objects: Bucket;
  let scratch: string;
  let zone: LandingBucket;

  /** Bytes that were fetched whole, by key. */
  let fetched: string[];

  const open = (largeBytes: number, scratchBytes: number) => {
    fetched = [];
    const watched: Bucket = Object.create(objects, {
      download: {
        value: (key: string, path: string, etag?: string) => {
          fetched.push(key);
          return objects.download(key, path, etag);
        },
      },
    });
    zone = new LandingBucket({ objects: watched, scratch, largeBytes, scratchBytes });
  };
  const onDisk = () => readdirSync(scratch).reduce((sum, name) => sum + statSync(join(scratch, name)).size, 0);
  const drop = async (...names: string[]) => {
    for (const name of names) await upload(objects, `shop/${name}`, `id\n${'1'.repeat(97)}`);
    return zone.list('shop');
  };

  beforeEach(async () => {
    objects = new Bucket(await makeBucket('landing'), moto());
    scratch = join(mkdtempSync(join(home, 'own-')), 'landed');
    open(LARGE, 1000);
  });

  it('lists in order of arrival, and folders that a console made are no files', async () => {
    await drop('b.csv');
    await sleep(1100);
    await drop('a.csv');
    await upload(objects, 'shop/empty/', '');
    expect((await zone.list('shop')).map(({ key }) => key)).toEqual(['shop/b.csv', 'shop/a.csv']);
  });

  it('fetches an object once for a look and a load, and frees the disk after it', async () => {
    const [file] = (await drop('a.csv')) as [LandedFile];
    await zone.inspect(file);
    expect(readFileSync(await zone.pathOf(file, false), 'utf8')).toHaveLength(100);
    expect(fetched).toEqual(['shop/a.csv']);
    await zone.release([file]);
    expect(readdirSync(scratch)).toEqual([]);
  });

  it('never holds more than its room, and fetches again what had to go', async () => {
    open(LARGE, 350);
    const files = await drop('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
    let most = 0;
    await Promise.all(
      files.map(async (file) => {
        await zone.inspect(file);
        most = Math.max(most, onDisk());
      }),
    );
    expect(most).toBeLessThanOrEqual(300);
    expect(fetched).toHaveLength(8);
    const [first] = files as [LandedFile];
    await zone.pathOf(first, false);
    expect(onDisk()).toBeLessThanOrEqual(300);
    // What a load reads stays, whatever else is looked at.
    for (const file of files) await zone.inspect(file);
    expect(existsSync(await zone.pathOf(first, false))).toBe(true);
    expect(onDisk()).toBeLessThanOrEqual(300);
  });

  it('of a load that is too large for the disk it says so', async () => {
    open(LARGE, 250);
    const [a, b, c] = (await drop('a', 'b', 'c')) as [LandedFile, LandedFile, LandedFile];
    await zone.pathOf(a, false);
    await zone.pathOf(b, false);
    await expect(zone.pathOf(c, false)).rejects.toMatchObject({ problems: [{ code: 'disk-full', file: 'shop/c' }] });
    await expect(zone.inspect(c)).rejects.toMatchObject({ problems: [{ code: 'disk-full' }] });
    await zone.release([a]);
    expect(await zone.inspect(c)).toMatchObject({ readable: true });
  });

  it('what a killed function left goes', async () => {
    await mkdir(scratch, { recursive: true });
    writeFileSync(join(scratch, 'left'), 'x');
    const [file] = (await drop('a.csv')) as [LandedFile];
    await zone.inspect(file);
    expect(readdirSync(scratch)).toHaveLength(1);
    expect(existsSync(join(scratch, 'left'))).toBe(false);
  });

  it.each<[string, (text: string) => string | Buffer]>([
    ['x.csv', (text) => text],
    ['x.csv.gz', (text) => gzipSync(text)],
  ])('of a large %s only the beginning is read, and nothing good is said of the rest', async (name, pack) => {
    open(1000, 1000);
    const text = `id,day\n${Array.from({ length: 60_000 }, () => Math.random()).join('\n')}`;
    await upload(objects, `shop/${name}`, pack(text));
    const [file] = (await zone.list('shop')) as [LandedFile];
    const { etag } = (await objects.head(file.key)) ?? {};
    expect(await zone.inspect(file)).toEqual({
      readable: true,
      contentHash: `etag:${etag}`,
      head: text.slice(0, 65_536),
      openQuote: true,
      plain: false,
    });
    expect(fetched).toEqual([]);
    await upload(objects, `shop/${name}`, pack(`${text}\n`));
    expect(await zone.inspect(file)).toMatchObject({ readable: 'later', problem: { code: 'file-changing' } });
  });

  it('a large .gz that is none is refused by its beginning', async () => {
    open(1000, 1000);
    await upload(objects, 'shop/x.csv.gz', 'x'.repeat(2000));
    const [file] = (await zone.list('shop')) as [LandedFile];
    expect(await zone.inspect(file)).toMatchObject({ readable: false, problem: { code: 'broken-gzip' } });
  });
});
