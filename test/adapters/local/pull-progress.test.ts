import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PullProgress } from '../../../adapters/local/pull-progress.ts';
import { API } from '../../core/pull/api.ts';

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'landfall-pull-'));
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

const NOW = Date.UTC(2026, 0, 31);
const DAY = 24 * 60 * 60 * 1000;
const open = (now = NOW, api = API) => PullProgress.open(state, 'shop', api, now);

async function pagesOf(progress: PullProgress): Promise<(readonly string[])[]> {
  const pages: (readonly string[])[] = [];
  for await (const page of progress.pages()) pages.push(page);
  return pages;
}

async function twoPages(): Promise<void> {
  const progress = await open();
  await progress.add({ link: '/1', records: ['"ä"', '2'], next: '/2' });
  await progress.add({ link: '/2', records: [], next: '/3' });
  await progress.close();
}

/** What a pull that begins now would find. */
async function found(now?: number, api = API) {
  const progress = await open(now, api);
  const { links, records, next } = progress;
  const pages = await pagesOf(progress);
  await progress.close();
  return { links: [...links], records, next, pages };
}

const NOTHING = { links: [], records: 0, next: undefined, pages: [] };
const TWO = { links: ['/1', '/2'], records: 2, next: '/3', pages: [['"ä"', '2'], []] };

describe('the progress of a pull', () => {
  it('is there after the process', async () => {
    expect(await found()).toEqual(NOTHING);
    await twoPages();
    expect(await found(NOW + DAY - 1)).toEqual(TWO);
    expect(await found(NOW + DAY - 1)).toEqual(TWO);
  });

  it('is for its owner alone', async () => {
    await twoPages();
    if (process.platform === 'win32') return;
    for (const name of ['pages.log', 'records.part']) {
      expect(statSync(join(state, 'pull', 'shop', name)).mode & 0o777).toBe(0o600);
    }
  });

  it('is forgotten after a day, where the clock went back, and where the API is another', async () => {
    for (const then of [NOW + DAY, NOW - 1]) {
      await twoPages();
      expect(await found(then)).toEqual(NOTHING);
      rmSync(join(state, 'pull'), { recursive: true });
    }
    await twoPages();
    expect(await found(NOW, { ...API, url: 'https://else.example/' })).toEqual(NOTHING);
    expect(await found()).toEqual(NOTHING);
  });

  it('is forgotten where records are missing, or once it has landed', async () => {
    await twoPages();
    writeFileSync(join(state, 'pull', 'shop', 'records.part'), '"ä"');
    expect(await found()).toEqual(NOTHING);
    await twoPages();
    const progress = await open();
    await progress.discard();
    await progress.close();
    expect(await found()).toEqual(NOTHING);
  });

  it('is forgotten where a line of its log is broken', async () => {
    const log = join(state, 'pull', 'shop', 'pages.log');
    await twoPages();
    const [head, ...pages] = readFileSync(log, 'utf8').split('\n');
    for (const broken of ['null\n', '\0\0\n', `${head}\n\0\0\n${pages.join('\n')}`, `${head}\nnull\n`, '"text"\n']) {
      writeFileSync(log, broken);
      expect(await found()).toEqual(NOTHING);
    }
  });

  it('leaves out what was written in the middle of a page', async () => {
    await twoPages();
    writeFileSync(join(state, 'pull', 'shop', 'records.part'), '{"a":', { flag: 'a' });
    writeFileSync(join(state, 'pull', 'shop', 'pages.log'), '{"link":"/3","end":', { flag: 'a' });
    const progress = await open();
    await progress.add({ link: '/3', records: ['3'], next: null });
    await progress.close();
    expect(await found()).toEqual({
      links: ['/1', '/2', '/3'],
      records: 3,
      next: null,
      pages: [['"ä"', '2'], [], ['3']],
    });
  });

  it('is taken over from a process that is gone', async () => {
    await twoPages();
    writeFileSync(join(state, 'pull', 'shop', 'pid'), '999999999');
    expect(await found()).toEqual(TWO);
    writeFileSync(join(state, 'pull', 'shop', 'pid'), '');
    expect(await found()).toEqual(TWO);
    expect(readdirSync(join(state, 'pull', 'shop')).sort()).toEqual(['pages.log', 'records.part']);
    writeFileSync(join(state, 'pull', 'shop', 'pid'), String(process.ppid));
    await expect(open()).rejects.toThrow(`the process ${process.ppid} is pulling shop already`);
  });
});
