/** What every landing zone holds to: names, content, and files that change while they are read. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { CRLF_MARK } from '../../adapters/duckdb/line-ends.ts';
import type { FileSource } from '../../adapters/duckdb/settled.ts';
import type { Inspection, LandedFile, LandingZone } from '../../core/landed.ts';

export interface LandingUnderTest {
  readonly zone: LandingZone & FileSource;
  /** Of a key relative to the landing zone. */
  drop(key: string, content: string | Buffer): Promise<void>;
  remove(key: string): Promise<void>;
}

export function landingContract(name: string, open: () => Promise<LandingUnderTest>): void {
  describe(`landing zone: ${name}`, () => {
    let subject: LandingUnderTest;
    beforeEach(async () => {
      subject = await open();
    });

    const CSV = 'id,note\n1,2\n';
    const hash = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');
    const keys = async () => (await subject.zone.list('shop')).map(({ key }) => key).sort();
    const find = async (key: string): Promise<LandedFile> => {
      const file = (await subject.zone.list('shop')).find((one) => one.key === key);
      if (file === undefined) throw new Error(`${key} is not listed`);
      return file;
    };
    const inspect = async (content: string | Buffer, key = 'shop/x.csv'): Promise<Inspection> => {
      await subject.drop(key, content);
      return subject.zone.inspect(await find(key));
    };

    it('lists what lies under a data set, without what is hidden', async () => {
      const names = [
        'a.csv',
        'sub/größe 数.csv',
        "it's+100%.csv",
        'x.csv.part',
        '_replay/sales/1/a.csv',
        '~',
        '[1]*?.csv',
      ];
      for (const key of names) await subject.drop(`shop/${key}`, CSV);
      for (const key of ['shop/.hidden.csv', 'shop/.folder/a.csv', 'shops/a.csv']) await subject.drop(key, CSV);
      expect(await keys()).toEqual(names.map((key) => `shop/${key}`).sort());
      expect(await find('shop/a.csv')).toMatchObject({ bytes: CSV.length, modifiedAt: expect.any(Number) });
      expect(await subject.zone.list('none')).toEqual([]);
    });

    it('refuses names that nobody can read out, a folder once', async () => {
      for (const key of ['shop/a\u001b[31m.csv', 'shop/b\u0007/1.csv', 'shop/b\u0007/2.csv'])
        await subject.drop(key, CSV);
      const problems = (await subject.zone.list('shop')).map(({ problem }) => `${problem?.code} ${problem?.file}`);
      expect(problems.sort()).toEqual(['bad-file-name shop/a\\x1b[31m.csv', 'bad-file-name shop/b\\x07']);
    });

    it('gives a file another fingerprint where its content is another, and the same where nothing happened', async () => {
      await subject.drop('shop/x.csv', CSV);
      const before = await find('shop/x.csv');
      expect(await find('shop/x.csv')).toEqual(before);
      await subject.drop('shop/x.csv', CSV.replace('1', '2'));
      expect((await find('shop/x.csv')).fingerprint).not.toBe(before.fingerprint);
    });

    it('tells what lies beside the data sets, and opens none of it', async () => {
      const beside = [
        'new/a.csv',
        'new/b.xlsx',
        'new/.c.csv',
        'new/d.part',
        'loose.csv',
        'loose.tmp',
        '.x',
        '.y/a.csv',
      ];
      for (const key of [...beside, 'shop/a.csv', 'empty/.a', 'odd\u0007/a.csv']) await subject.drop(key, CSV);
      expect(await subject.zone.unclaimed(['shop'])).toMatchObject([
        { key: 'loose.csv', files: 1, landable: 1 },
        { key: 'new/', files: 2, landable: 1 },
        { key: 'odd\u0007', problem: { code: 'bad-file-name', file: 'odd\\x07' } },
      ]);
    });

    it('reads a file once, for all that is to be known of it', async () => {
      expect(await inspect(CSV)).toEqual({
        readable: true,
        contentHash: hash(CSV),
        head: CSV,
        openQuote: false,
        plain: true,
      });
      const packed = gzipSync('id,note\n1,"open\n');
      expect(await inspect(packed, 'shop/x.csv.gz')).toEqual({
        readable: true,
        contentHash: hash(packed),
        head: 'id,note\n1,"open\n',
        openQuote: true,
        plain: false,
      });
      const long = `id\n${'1\n'.repeat(100_000)}`;
      expect(await inspect(long)).toMatchObject({ head: long.slice(0, 65_536), contentHash: hash(long) });
    });

    it.each<[string, string | Buffer, string]>([
      ['empty-file', '', 'shop/x.csv'],
      ['empty-file', gzipSync(''), 'shop/x.ndjson.gz'],
      ['not-text', Buffer.from([0, 1, 2, 3, 0]), 'shop/x.csv'],
      ['broken-gzip', gzipSync(CSV).subarray(0, 15), 'shop/x.csv.gz'],
      ['broken-gzip', CSV, 'shop/x.csv.gz'],
      ['line-too-long', Buffer.alloc(33 * 1024 * 1024, 'x'), 'shop/x.csv'],
    ])('refuses with %s', async (code, content, key) => {
      expect(await inspect(content, key)).toMatchObject({
        readable: false,
        contentHash: hash(content),
        problem: { code, file: key },
      });
    });

    it('leaves a file for later that is not what was listed any more', async () => {
      await subject.drop('shop/x.csv', CSV);
      const listed = await find('shop/x.csv');
      await subject.drop('shop/x.csv', `${CSV}3,4\n`);
      expect(await subject.zone.inspect(listed)).toMatchObject({
        readable: 'later',
        problem: { code: 'file-changing', file: 'shop/x.csv', message: expect.stringContaining('changed while') },
      });
      const changed = await find('shop/x.csv');
      await subject.remove('shop/x.csv');
      expect(await subject.zone.inspect(changed)).toMatchObject({
        readable: 'later',
        problem: { code: 'file-changing', message: expect.stringContaining('went away while') },
      });
    });

    it('gives a load the bytes, and the careful reader a plain copy with marked line ends', async () => {
      await subject.drop('shop/a.csv', 'id\r\n1\r\n');
      await subject.drop('shop/b.csv', CSV);
      await subject.drop('shop/c.csv.gz', gzipSync(CSV));
      const files = [await find('shop/a.csv'), await find('shop/b.csv'), await find('shop/c.csv.gz')] as const;
      const read = async (file: LandedFile, plain: boolean) => readFile(await subject.zone.pathOf(file, plain));
      for (const file of files) await subject.zone.inspect(file);
      expect(String(await read(files[0], false))).toBe('id\r\n1\r\n');
      expect(String(await read(files[0], true))).toBe(`id${CRLF_MARK}\n1${CRLF_MARK}\n`);
      expect(String(await read(files[1], true))).toBe(CSV);
      expect(await read(files[2], false)).toEqual(gzipSync(CSV));
      expect(await subject.zone.pathOf(files[2], false)).toMatch(/[.]gz$/);
      expect(String(await read(files[2], true))).toBe(CSV);
      for (const file of files) expect(await subject.zone.changed(file)).toBeNull();
      await subject.zone.release(files);
      // Once more: a load that failed begins anew.
      expect(String(await read(files[2], true))).toBe(CSV);
      await subject.zone.release(files);
    });

    it('tells a load which of its files are not what was listed any more', async () => {
      await subject.drop('shop/a.csv', CSV);
      await subject.drop('shop/b.csv', CSV);
      const [a, b] = [await find('shop/a.csv'), await find('shop/b.csv')];
      await subject.drop('shop/a.csv', `${CSV}3,4\n`);
      await subject.zone.pathOf(a, false);
      await subject.zone.pathOf(b, false);
      expect(await subject.zone.changed(a)).toMatchObject({ code: 'file-changing', file: 'shop/a.csv' });
      expect(await subject.zone.changed(b)).toBeNull();
      await subject.zone.release([a, b]);
    });
  });
}
