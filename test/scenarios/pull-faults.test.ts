/** What a pull makes of a server that changes its mind, is busy, breaks off, leads away, never ends or talks nonsense. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CLASSES, PAGES, PullWorkspace, TOKEN } from '../support/pull.ts';
import { SectionsApi, section, sendJson } from '../support/sections-api.ts';

let api: SectionsApi;
let work: PullWorkspace;
beforeAll(async () => {
  api = await SectionsApi.start(CLASSES, TOKEN);
});
afterAll(() => api.stop());
beforeEach(() => {
  work = new PullWorkspace(api);
});
afterEach(() => work.close());

describe('a server that', () => {
  it('changes between two pages: what comes twice lands once, as it came last', async () => {
    const first = section(901, 5);
    api.mood = (_request, _response, nth) => {
      // One class in front moves all others on by one, and the one that comes again has got a name.
      if (nth === 2) {
        const renamed = CLASSES.map((one, index) =>
          index === 99 ? { ...one, data: { ...one.data, name: 'New' } } : one,
        );
        api.sections = [first, ...renamed];
      }
      return false;
    };
    const { code, stdout } = await work.pull();
    expect(code).toBe(0);
    expect(stdout).toContain('382 records of 4 pages, 1 repeat dropped: in ');
    const found = work.lines();
    expect(found.map(({ uri }) => uri).sort()).toEqual(CLASSES.map(({ uri }) => uri).sort());
    expect(found.find(({ uri }) => uri === CLASSES[99]?.uri)?.data.name).toBe('New');
  }, 30_000);

  it('answers 429, and is asked again when it says', async () => {
    const at: number[] = [];
    api.mood = (_, response, nth) => {
      at.push(performance.now());
      if (nth === 2) sendJson(response, 429, {}, { 'retry-after': '2' });
      return nth === 2;
    };
    const { code, stderr } = await work.pull();
    expect(code).toBe(0);
    expect(stderr).toContain('answered 429, asked again in 2.0 s');
    expect(api.takeAsked()).toEqual([PAGES[0], PAGES[1], PAGES[1], PAGES[2], PAGES[3]]);
    // No sooner than it said; how much later is the machine's affair.
    expect((at[2] ?? 0) - (at[1] ?? 0)).toBeGreaterThan(1990);
    expect(work.lines()).toEqual(CLASSES);
  }, 30_000);

  it('answers 429 until tomorrow, and is left alone; the next pull goes on', async () => {
    api.mood = (_, response, nth) => {
      const tomorrow = new Date(Date.now() + 86_400_000).toUTCString();
      if (nth === 3) sendJson(response, 429, {}, { 'retry-after': tomorrow });
      return nth === 3;
    };
    const { code, stderr, stdout } = await work.pull();
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/answered 429, and wants to be asked again in 14(39|40) minutes/);
    expect(work.landed()).toEqual([]);
    expect(api.takeAsked()).toEqual(PAGES.slice(0, 3));
    expect((await work.pull()).stdout).toContain('382 records of 4 pages, 2 pages of an earlier pull: in ');
    expect(api.takeAsked()).toEqual(PAGES.slice(2));
  }, 30_000);

  it('answers 500 twice, and drops a connection before and within an answer', async () => {
    api.mood = (request, response, nth) => {
      if (nth === 2 || nth === 3) sendJson(response, 500, {});
      else if (nth === 5) request.socket.destroy();
      else if (nth === 6) {
        response.writeHead(200, { 'content-length': '5000' });
        response.write('{"data":[', () => request.socket.destroy());
      } else return false;
      return true;
    };
    const { code, stderr } = await work.pull();
    expect(code).toBe(0);
    expect(stderr.match(/answered 500, asked again/g)).toHaveLength(2);
    expect(stderr.match(/the connection failed \(\w+\), asked again/g)).toHaveLength(2);
    const [one, two, three, four] = PAGES;
    expect(api.takeAsked()).toEqual([one, two, two, two, three, three, three, four]);
    expect(work.lines()).toEqual(CLASSES);
  }, 30_000);

  it('answers 500 for ever: asked six times', async () => {
    api.mood = (_, response) => {
      sendJson(response, 500, {});
      return true;
    };
    const { code, stderr } = await work.pull();
    expect(code).toBe(1);
    expect(stderr).toContain(`${api.url}: answered 500, 6 times in a row (the next pull goes on from here)`);
    expect(api.asked).toHaveLength(6);
  }, 60_000);

  it.each([302, 307])(
    'redirects to another host (%d), where nobody is asked',
    async (status) => {
      const other = await SectionsApi.start(CLASSES, TOKEN);
      try {
        api.mood = (_, response, nth) => {
          if (nth === 2) response.writeHead(status, { location: `${other.url}?limit=100` }).end();
          return nth === 2;
        };
        const { code, stderr } = await work.pull();
        expect(code).toBe(1);
        expect(stderr).toContain(
          `the redirect of ${api.url} leads to ${other.origin}, away from ${api.origin}: not followed`,
        );
        expect(other.asked).toEqual([]);
        expect(work.landed()).toEqual([]);
      } finally {
        await other.stop();
      }
    },
    30_000,
  );

  it('links to another host, where nobody is asked', async () => {
    const other = await SectionsApi.start(CLASSES, TOKEN);
    try {
      api.mood = (_, response) => {
        sendJson(response, 200, { data: [CLASSES[0]], links: [{ rel: 'next', uri: `${other.url}?limit=100` }] });
        return true;
      };
      const { code, stderr } = await work.pull();
      expect(code).toBe(1);
      expect(stderr).toContain(`the link "next" of ${api.url} leads to ${other.origin}`);
      expect(other.asked).toEqual([]);
    } finally {
      await other.stop();
    }
  }, 30_000);

  it('links back to the first page', async () => {
    api.mood = (_, response) => {
      sendJson(response, 200, { data: [CLASSES[0]], links: [{ rel: 'next', uri: PAGES[0] }] });
      return true;
    };
    const { code, stderr } = await work.pull();
    expect(code).toBe(1);
    expect(stderr).toContain('the link "next" leads back to a page that was read already');
    expect(api.asked).toHaveLength(1);
    expect(work.landed()).toEqual([]);
  }, 30_000);

  it('links to another page for ever', async () => {
    const project = work.project();
    const file = join(project, 'contracts/app-installs.odcs.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('      key: uri\n', '      key: uri\n      maxPages: 12\n'));
    api.mood = (_, response, nth) => {
      sendJson(response, 200, { data: [section(nth, 3)], links: [{ rel: 'next', uri: `/v1.1/sections?from=${nth}` }] });
      return true;
    };
    const { code, stderr } = await work.pull('--project', project);
    expect(code).toBe(1);
    expect(stderr).toContain('there is a link "next" still after 12 pages');
    expect(api.asked).toHaveLength(12);
    expect(work.landed()).toEqual([]);
  }, 30_000);

  it.each([
    ['<html>Sign in</html>', 'answered with something that is not JSON'],
    ['{"data":[{"data"', 'answered with something that is not JSON'],
    ['{"message":"maintenance"}', 'answered with no list "data" of records, but nothing there'],
    [Buffer.from([0x7b, 0xff, 0x7d]), 'answered with what is not UTF-8 text'],
    [JSON.stringify({ data: [{ seen: TOKEN }] }).replace('/', '\\/'), 'the answer has the token in it'],
  ])(
    'answers with %j',
    async (body, message) => {
      api.mood = (_, response, nth) => {
        if (nth === 2) response.writeHead(200).end(body);
        return nth === 2;
      };
      const { code, stdout, stderr } = await work.pull();
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain(message);
      expect(work.landed()).toEqual([]);
      // What was wrong once is not built upon.
      api.takeAsked();
      api.mood = () => false;
      expect(await work.pull()).toMatchObject({ code: 0 });
      expect(api.takeAsked()).toEqual(PAGES);
    },
    30_000,
  );

  it('does not take the token', async () => {
    const { code, stderr } = await work.cli(work.pullArgs(), { env: { LANDFALL_SECTIONS_TOKEN: 'another' } });
    expect(code).toBe(1);
    expect(stderr).toContain(
      `${api.url} answered 401: the token is not accepted (see what LANDFALL_SECTIONS_TOKEN is set to)`,
    );
    expect(stderr).not.toContain('another');
    expect(api.asked).toHaveLength(1);
  }, 30_000);
});
