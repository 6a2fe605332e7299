import { describe, expect, it } from '@jest/globals';
import { LandfallError, TransientError } from '../../../core/problems.ts';
import { fetchPage, type Line, type Reply } from '../../../core/pull/fetch-page.ts';
import { fileName, newestName } from '../../../core/pull/file-name.ts';
import { type Fetched, fetchAll } from '../../../core/pull/pull.ts';
import { API } from './api.ts';

const FIRST = 'https://shop.example/v1/items?limit=2';
const answer = (status: number, more: Partial<Reply> = {}): Reply =>
  ({ kind: 'answer', status, location: null, retryAfter: null, text: '', ...more }) as Reply;
const page = (records: unknown[], next?: string) =>
  answer(200, {
    text: JSON.stringify({ data: records, links: next === undefined ? [] : [{ rel: 'next', uri: next }] }),
  });
const lost: Reply = { kind: 'failed', passing: true, reason: 'the connection failed (ECONNRESET)' };

/** Gives the replies in turn, the last one for ever, and keeps what was asked and waited. */
function lineOf(...replies: Reply[]) {
  const [asked, waits]: [string[], number[]] = [[], []];
  const line: Line = {
    http: { get: async (url) => replies[Math.min(asked.push(url), replies.length) - 1] as Reply },
    now: () => 0,
    unit: () => 0,
    sleep: async (milliseconds) => void waits.push(milliseconds),
    onWait: () => undefined,
  };
  return { line, asked, waits };
}

function memory(next?: string | null) {
  const links = new Set<string>();
  const records: string[] = [];
  const fetched: Fetched = {
    links,
    get records() {
      return records.length;
    },
    get next() {
      return next;
    },
    async add(one) {
      links.add(one.link);
      records.push(...one.records);
      next = one.next;
    },
  };
  return { fetched, records };
}

async function failure(work: Promise<unknown>): Promise<LandfallError> {
  const error = await work.then(
    () => new Error('it went well'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof LandfallError)) throw error;
  return error;
}

describe('fetchPage', () => {
  it('asks again after troubles that pass, each time later, and as late as it is told', async () => {
    const { line, waits } = lineOf(answer(500), lost, answer(429, { retryAfter: '4' }), page([1]));
    expect(await fetchPage(FIRST, API, line)).toEqual({ records: ['1'], next: null });
    expect(waits).toEqual([250, 500, 4000]);
  });

  it('gives up in the end, and says that what it has is good', async () => {
    const { line, asked } = lineOf(answer(503));
    const error = await failure(fetchPage(FIRST, API, line));
    expect(error).toBeInstanceOf(TransientError);
    expect(error.message).toBe(
      'https://shop.example/v1/items: answered 503, 6 times in a row (the next pull goes on from here)',
    );
    expect(asked).toHaveLength(6);
  });

  it('does not wait for hours', async () => {
    const { line, waits } = lineOf(answer(429, { retryAfter: '7200' }));
    const error = await failure(fetchPage(FIRST, API, line));
    expect(error).toBeInstanceOf(TransientError);
    expect(error.message).toContain('wants to be asked again in 120 minutes');
    expect(waits).toEqual([]);
  });

  it.each([400, 404, 410, 204])('asks once where the answer is %d', async (status) => {
    const { line, asked } = lineOf(answer(status));
    const error = await failure(fetchPage(FIRST, API, line));
    expect(error).not.toBeInstanceOf(TransientError);
    expect(error.message).toContain(`answered ${status}, expected 200`);
    expect(asked).toHaveLength(1);
  });

  it.each([401, 403])('names the variable where the answer is %d', async (status) => {
    const { line, asked } = lineOf(answer(status));
    const error = await failure(fetchPage(FIRST, API, line));
    expect(error).toBeInstanceOf(TransientError);
    expect(error.message).toContain('see what LANDFALL_SHOP_TOKEN is set to');
    expect(asked).toHaveLength(1);
  });

  it('follows redirects within the origin, and reads links from where they led', async () => {
    const { line, asked } = lineOf(answer(302, { location: '/v2/all/' }), page([1], 'more'));
    expect((await fetchPage(FIRST, API, line)).next).toBe('https://shop.example/v2/all/more');
    expect(asked).toEqual([FIRST, 'https://shop.example/v2/all/']);
  });

  it('follows no redirect to another host, and none for ever', async () => {
    const away = lineOf(answer(307, { location: 'https://else.example/v1/items' }));
    expect((await failure(fetchPage(FIRST, API, away.line))).problems[0]?.code).toBe('foreign-link');
    expect(away.asked).toEqual([FIRST]);
    const round = lineOf(answer(301, { location: '/v1/items' }));
    expect((await failure(fetchPage(FIRST, API, round.line))).problems[0]?.code).toBe('endless-redirect');
    expect(round.asked).toHaveLength(6);
  });
});

describe('fetchAll', () => {
  const all = (fetched: Fetched, line: Line) => fetchAll(API, fetched, line, () => undefined);

  it('goes from page to page', async () => {
    const { line, asked } = lineOf(page([1, 2], '?after=2'), page([3]));
    const { fetched, records } = memory();
    await all(fetched, line);
    expect(records).toEqual(['1', '2', '3']);
    expect(asked).toEqual([FIRST, 'https://shop.example/v1/items?after=2']);
  });

  it('goes on where it was, and has nothing to do where it was done', async () => {
    const { line, asked } = lineOf(page([3]));
    await all(memory('https://shop.example/v1/items?after=2').fetched, line);
    await all(memory(null).fetched, line);
    expect(asked).toEqual(['https://shop.example/v1/items?after=2']);
  });

  it('does not go in circles', async () => {
    const { line, asked } = lineOf(page([1], '?after=1'), page([2], FIRST));
    const error = await failure(all(memory().fetched, line));
    expect(error.message).toContain('leads back to a page that was read already');
    expect(error).not.toBeInstanceOf(TransientError);
    expect(asked).toHaveLength(2);
  });

  it('does not go on for ever', async () => {
    let n = 0;
    const { line } = lineOf();
    const http = { get: async () => page([n], `?after=${++n}`) };
    const error = await failure(all(memory().fetched, { ...line, http }));
    expect(error.message).toContain('there is a link "next" still after 5 pages');
    expect(n).toBe(5);
  });
});

describe('names of pulled files', () => {
  it('say when, and are sound on every file system', () => {
    expect(fileName(Date.UTC(2026, 0, 31, 23, 59, 59, 999), 1)).toBe('2026-01-31T235959Z.ndjson');
    expect(fileName(0, 2)).toBe('1970-01-01T000000Z-2.ndjson');
  });

  it('are in the order of time', () => {
    const names = ['2026-01-31T000000Z-10.ndjson', '2026-01-31T000000Z-9.ndjson', '2026-01-31T000000Z.ndjson'];
    expect(newestName([...names, '2025-12-31T235959Z.ndjson', 'page-999.ndjson', 'zz'])).toBe(names[0]);
    expect(newestName(['page-1.ndjson'])).toBeUndefined();
  });
});
