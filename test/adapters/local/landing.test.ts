/** What a landing folder may hold besides whole files of its own: names, links, and files that others are writing. */

import { createHash } from 'node:crypto';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LandingFolder } from '../../../adapters/local/landing.ts';
import { column, contractOf, SALES, table } from '../../support/contracts.ts';
import { TestLake } from '../../support/lake.ts';

let lake: TestLake;
beforeEach(async () => {
  lake = await TestLake.open(SALES);
});
afterEach(() => lake.close());

const HEADER = 'id,day,amount,note\n';
const row = (id: number, note = '') => `${id},2020-01-01,1,${note}\n`;
const at = (key: string) => join(lake.landing, 'shop', key);
const notes = () => lake.rows('SELECT id, note, _source_file FROM shop.sales ORDER BY id');
const hash = (text: string) => createHash('sha256').update(text).digest('hex');

describe('names', () => {
  it('load whatever they are made of, each file under its own and with its own content', async () => {
    const names = [
      "it's",
      'say "so"',
      'a b',
      'größe 数',
      'a..b',
      '..',
      '1',
      '[1]',
      's*',
      'sx',
      'q?',
      'b\\k',
      '%41',
      '{a,b}',
      '$x;--',
      '~',
    ];
    const kept = names.filter((name) => !name.startsWith('.'));
    for (const [index, name] of names.entries())
      lake.drop(`sales/${name}.csv`, `${HEADER}${row(index, `"${name.replaceAll('"', '""')}"`)}`);
    // The careful reader goes by the same names.
    lake.drop('sales/[1]*.csv', `${HEADER}${row(100, 'ragged')}1,2\n`);
    const { filesLoaded, strays } = await lake.load();
    expect({ filesLoaded, strays }).toEqual({ filesLoaded: kept.length + 1, strays: [] });
    const found = await lake.rows<{ note: string; _source_file: string }>(
      'SELECT note, _source_file FROM shop.sales WHERE id < 100',
    );
    expect(found).toHaveLength(kept.length);
    for (const { note, _source_file } of found) {
      expect(_source_file).toBe(`shop/sales/${note}.csv`);
    }
    expect((await lake.load()).skipped).toBe(kept.length + 1);
  });

  it('a folder that looks like a partition gives no field, and a backslash ends no name', async () => {
    const contract = contractOf(
      table(
        'sales',
        [
          column('shop', 'string', { required: true, source: { kind: 'file', pattern: '(.+)' } }),
          column('id', 'integer'),
        ],
        { primaryKey: ['shop'], landing: '*/*.csv' },
      ),
    );
    lake.drop('field_0=5/a\\b.csv', 'id\n1\n');
    await lake.load(contract);
    expect(await lake.rows('SELECT shop, id FROM shop.sales')).toEqual([{ shop: 'a\\b', id: 1 }]);
  });

  it('that nobody can read out are refused', async () => {
    lake.drop('sales/a\u001b[31m.csv', `${HEADER}${row(1)}`);
    writeFileSync(Buffer.concat([Buffer.from(`${at('sales')}/`), Buffer.from([0xe9]), Buffer.from('.csv')]), HEADER);
    const { strays, filesLoaded } = await lake.load();
    expect(filesLoaded).toBe(0);
    expect(strays.map(({ code, file }) => `${code} ${file}`).sort()).toEqual([
      'bad-file-name shop/sales/a\\x1b[31m.csv',
      'bad-file-name shop/sales/\ufffd.csv',
    ]);
  });

  it('of files that are being written are passed over, and are no strays', async () => {
    for (const name of ['x.csv.part', 'x.csv.TMP', 'x.partial', '.x.csv', '.hidden/x.csv', 'x.csv.crdownload']) {
      lake.drop(`sales/${name}`, `${HEADER}${row(1)}`);
    }
    expect(await lake.load()).toMatchObject({ filesLoaded: 0, strays: [], refusals: [], left: [] });
    renameSync(at('sales/x.csv.part'), at('sales/x.csv'));
    expect(await lake.load()).toMatchObject({ filesLoaded: 1 });
  });
});

describe('links', () => {
  let outside: string;
  beforeEach(() => {
    outside = mkdtempSync(join(tmpdir(), 'landfall-outside-'));
    writeFileSync(join(outside, 'secret.csv'), `${HEADER}${row(666)}`);
    lake.drop('sales/own.csv', `${HEADER}${row(1)}`);
  });
  afterEach(() => rmSync(outside, { recursive: true, force: true }));

  it('out of the landing folder are refused, and what they lead to is not read', async () => {
    symlinkSync(join(outside, 'secret.csv'), at('sales/file.csv'));
    symlinkSync(outside, at('sales/folder'));
    symlinkSync(join(outside, 'none.csv'), at('sales/gone.csv'));
    const { strays } = await lake.load();
    expect(strays.map(({ code, file }) => `${code} ${file}`)).toEqual([
      'link-outside shop/sales/file.csv',
      'link-outside shop/sales/folder',
      'dangling-link shop/sales/gone.csv',
    ]);
    expect(await lake.rows('SELECT id FROM shop.sales')).toEqual([{ id: 1 }]);
  });

  it('a data set that is itself such a link is refused', async () => {
    rmSync(join(lake.landing, 'shop'), { recursive: true });
    symlinkSync(outside, join(lake.landing, 'shop'));
    expect((await lake.load()).strays).toMatchObject([{ code: 'link-outside', file: 'shop' }]);
  });

  it('within it are followed, and in a circle only once', async () => {
    symlinkSync(at('sales/own.csv'), at('sales/twin.csv'));
    symlinkSync('..', at('sales/up'));
    symlinkSync(at('sales'), at('sales/self'));
    const { strays, filesLoaded } = await lake.load();
    expect(filesLoaded).toBe(2);
    expect(strays.map(({ code, file }) => `${code} ${file}`)).toEqual([
      'link-circle shop/sales/self',
      'link-circle shop/sales/up',
    ]);
  });

  it('the landing folder may be one', async () => {
    const link = join(outside, 'landing');
    symlinkSync(lake.landing, link);
    const fresh = await TestLake.open(SALES, { landing: link });
    try {
      expect(await fresh.load()).toMatchObject({ filesLoaded: 1, strays: [] });
    } finally {
      fresh.close();
    }
  });
});

describe('a file that changes after it was hashed', () => {
  const before = `${HEADER}${row(1, 'a')}${row(2, 'b')}`;
  it.each<[string, (path: string) => void]>([
    ['grows', (path) => appendFileSync(path, row(3, 'c'))],
    ['shrinks', (path) => truncateSync(path, HEADER.length + 4)],
    [
      'keeps its size and its time',
      (path) => {
        const { atimeMs, mtimeMs } = statSync(path);
        writeFileSync(path, before.replace('a\n', 'z\n'));
        utimesSync(path, atimeMs / 1000, mtimeMs / 1000);
      },
    ],
    ['goes away', (path) => rmSync(path)],
    ['gets a line that only the careful reader takes', (path) => appendFileSync(path, 'ragged\n"open')],
  ])('%s: is left for the next run, and the others load', async (_name, change) => {
    lake.drop('sales/own.csv', `${HEADER}${row(9, 'own')}`);
    lake.drop('sales/x.csv', before);
    lake.beforeReading = ({ key }) => {
      if (key.endsWith('x.csv')) change(at('sales/x.csv'));
      lake.beforeReading = key.endsWith('x.csv') ? undefined : lake.beforeReading;
    };
    const { left, filesLoaded, refusals } = await lake.load();
    expect(left).toMatchObject([{ code: 'file-changing', file: 'shop/sales/x.csv' }]);
    expect({ filesLoaded, refusals }).toEqual({ filesLoaded: 1, refusals: [] });
    expect(await notes()).toEqual([{ id: 9, note: 'own', _source_file: 'shop/sales/own.csv' }]);
    expect(await lake.rows('SELECT source_file FROM ops.loads')).toEqual([{ source_file: 'shop/sales/own.csv' }]);
    await lake.load();
    const recorded = await lake.rows<{ content_hash: string }>(
      "SELECT content_hash FROM ops.loads WHERE source_file = 'shop/sales/x.csv' AND status = 'loaded'",
    );
    for (const { content_hash } of recorded) expect(content_hash).not.toBe(hash(before));
    expect(
      await lake.rows('SELECT * FROM ops.loads WHERE rows_read <> rows_loaded + rows_duplicate + rows_quarantined'),
    ).toEqual([]);
  });

  it('a packed one too, and where it is the only one nothing is recorded', async () => {
    lake.drop('sales/x.csv.gz', before);
    lake.beforeReading = () => truncateSync(at('sales/x.csv.gz'), 30);
    const { left, filesLoaded } = await lake.load();
    expect({ left: left.length, filesLoaded }).toEqual({ left: 1, filesLoaded: 0 });
    expect(await lake.rows('SELECT * FROM ops.loads')).toEqual([]);
  });
});

describe('a file that is still being written', () => {
  const folder = () => new LandingFolder(lake.landing, join(lake.root, 'scratch'));
  const inspect = async (key: string) => {
    const landing = folder();
    const file = (await landing.list('shop')).find((one) => one.key === `shop/sales/${key}`);
    if (file === undefined) throw new Error(`${key} is not listed`);
    return landing.inspect(file);
  };

  it.each<[string, Buffer]>([
    ['a line without its end', Buffer.from(`${HEADER}1,2020`)],
    ['nothing yet', Buffer.alloc(0)],
    ['half of a .gz', Buffer.from([0x1f, 0x8b, 8, 0])],
  ])('%s, written to just now, and more follows', async (_name, bytes) => {
    const key = bytes[0] === 0x1f ? 'x.csv.gz' : 'x.csv';
    lake.drop(`sales/${key}`, bytes, Date.now());
    const asked = inspect(key);
    await sleep(300);
    appendFileSync(at(`sales/${key}`), '-01-01,1,\n');
    expect(await asked).toMatchObject({ readable: 'later', problem: { code: 'file-changing' } });
  });

  it('whole without a last line end it loads, once nothing follows', async () => {
    lake.drop('sales/x.csv', `${HEADER}1,2020-01-01,1,`, Date.now());
    expect(await lake.load()).toMatchObject({ filesLoaded: 1, left: [] });
  });

  it('is left where it grows from the listing on', async () => {
    mkdirSync(at('sales'), { recursive: true });
    writeFileSync(at('sales/x.csv'), `${HEADER}${row(1)}`);
    const landing = folder();
    const [file] = await landing.list('shop');
    appendFileSync(at('sales/x.csv'), row(2));
    expect(file && (await landing.inspect(file))).toMatchObject({ readable: 'later' });
  });
});
