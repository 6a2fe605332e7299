/** Class sections pulled from a real server, once more, and after a pull that was killed. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
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

describe('a server that behaves', () => {
  it('gives 382 classes, whose sizes are as published once they are loaded', async () => {
    const { code, stdout, stderr } = await work.pull();
    expect({ code, stderr: stderr.split('\n').length > 4 }).toEqual({ code: 0, stderr: true });
    expect(stdout).toMatch(/^app-installs: 382 records of 4 pages: in .*sections.\d{4}-\d\d-\d\dT\d{6}Z[.]ndjson\n$/);
    expect(api.asked).toEqual(PAGES.map((url) => ({ url, authorization: `Bearer ${TOKEN}` })));
    expect(work.landed()).toEqual([expect.stringMatching(/^\d{4}-\d\d-\d\dT\d{6}Z[.]ndjson$/)]);
    expect(work.lines()).toEqual(CLASSES);

    expect(await work.run('--dataset', 'app-installs', '--no-warehouse')).toMatchObject({ code: 0 });
    const one = (value: string) => `CAST(round(${value}, 1) AS DECIMAL(5,1))`;
    expect(
      await work.query(`SELECT classes, CAST(${one('mean')} AS VARCHAR) AS mean, CAST(${one('std')} AS VARCHAR) AS std,
        CAST(${one('ci95_low')} AS VARCHAR) AS low, CAST(${one('ci95_high')} AS VARCHAR) AS high FROM app_installs.class_sizes`),
    ).toEqual([{ classes: 382, mean: '25.5', std: '6.7', low: '24.8', high: '26.2' }]);
  }, 60_000);

  it('lands a file where there is news, and none where there is not', async () => {
    await work.pull();
    const again = await work.pull('--json');
    expect(JSON.parse(again.stdout)).toEqual({
      status: 'succeeded',
      datasets: [
        { dataset: 'app-installs', pages: 4, pages_resumed: 0, records: 382, records_repeated: 0, file: null },
      ],
      errors: [],
    });
    expect(work.landed()).toHaveLength(1);
    api.sections = [...CLASSES, section(900, 12)];
    expect(await work.pull()).toMatchObject({ code: 0 });
    expect(work.landed()).toHaveLength(2);
    expect(
      work.lines(
        work
          .landed()
          .sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
          .at(-1),
      ),
    ).toHaveLength(383);
  }, 30_000);

  it('has nothing, and nothing lands', async () => {
    api.sections = [];
    expect(await work.pull()).toMatchObject({
      code: 0,
      stdout: 'app-installs: 0 records of 1 page: nothing to land\n',
    });
    expect(work.landed()).toEqual([]);
  }, 30_000);

  it('keeps every digit and every field, one record a line', async () => {
    api.mood = (_, response) => {
      const body =
        '{"data":[\n  {"data": {"id":"a", "big": 12345678901234567890,\n "share": 1.10}, "uri":"/1"},\n 7 ]}';
      response.end(body);
      return true;
    };
    expect(await work.pull()).toMatchObject({ code: 0 });
    const text = work.text();
    expect(text).toBe('{"data":{"id":"a","big":12345678901234567890,"share":1.10},"uri":"/1"}\n7\n');
  }, 30_000);
});

describe('a pull', () => {
  it('that is killed goes on where it was, behind half a page, too', async () => {
    let reached: () => void = () => undefined;
    const third = new Promise<void>((resolve) => {
      reached = resolve;
    });
    // The third page is promised and does not come.
    api.mood = (_, _response, nth) => {
      if (nth === 3) reached();
      return nth === 3;
    };
    const child = work.start(work.pullArgs(), { env: { LANDFALL_SECTIONS_TOKEN: TOKEN } });
    const ended = new Promise((resolve) => child.on('close', resolve));
    await third;
    // Whoever lists processes sees their arguments.
    if (process.platform === 'linux') expect(readFileSync(`/proc/${child.pid}/cmdline`, 'utf8')).not.toContain(TOKEN);
    const busy = await work.pull();
    expect(busy).toMatchObject({ code: 1 });
    expect(busy.stderr).toContain(`the process ${child.pid} is pulling app-installs already`);
    child.kill('SIGKILL');
    await ended;
    expect(work.landed()).toEqual([]);
    // As if it had died while it wrote the third page, and its line of the log.
    const kept = join(work.state, 'pull', 'app-installs');
    writeFileSync(join(kept, 'records.part'), '{"data":{"id":', { flag: 'a' });
    writeFileSync(join(kept, 'pages.log'), '{"link":"http', { flag: 'a' });

    expect(api.takeAsked()).toEqual(PAGES.slice(0, 3));
    const { code, stdout, stderr } = await work.pull();
    expect(code).toBe(0);
    expect(stderr).toContain('app-installs goes on after 2 pages');
    expect(stdout).toContain('382 records of 4 pages, 2 pages of an earlier pull: in ');
    expect(api.takeAsked()).toEqual(PAGES.slice(2));
    expect(work.landed()).toHaveLength(1);
    expect(work.lines()).toEqual(CLASSES);
    expect(readdirSync(kept)).toEqual([]);
  }, 60_000);

  it('that stopped keeps no page of whoever is forgotten', async () => {
    const [known] = CLASSES;
    work.drop('app-installs/sections/page-1.ndjson', `${JSON.stringify(known)}\n`);
    await work.soundRun('--dataset', 'app-installs', '--no-warehouse');
    api.mood = (_, response, nth) => {
      if (nth === 2) sendJson(response, 403, {});
      return nth === 2;
    };
    expect(await work.pull()).toMatchObject({ code: 1 });
    const kept = join(work.state, 'pull', 'app-installs');
    expect(readFileSync(join(kept, 'records.part'), 'utf8')).toContain(known?.data.id);
    const where = ['--dataset', 'app-installs', '--table', 'sections', '--where', `section_id=${known?.data.id}`];
    const forgotten = await work.cli(['forget', ...where, '--state', work.state]);
    expect(forgotten).toMatchObject({ code: 0, stdout: expect.stringContaining('erased 1 rows') });
    expect(readdirSync(kept)).toEqual([]);
  }, 60_000);

  it('that stopped elsewhere does not go on here', async () => {
    api.mood = (_, response, nth) => {
      if (nth === 2) sendJson(response, 403, {});
      return nth === 2;
    };
    expect((await work.pull()).stderr).toContain('answered 403: the token is not allowed to read this');
    api.takeAsked();
    const other = await SectionsApi.start(CLASSES.slice(0, 150), TOKEN);
    try {
      const args = work.pullArgs().map((arg) => (arg === api.url ? other.url : arg));
      expect(await work.cli(args, { env: { LANDFALL_SECTIONS_TOKEN: TOKEN } })).toMatchObject({ code: 0 });
      expect(other.takeAsked()).toEqual(PAGES.slice(0, 2));
      expect(work.lines()).toEqual(CLASSES.slice(0, 150));
    } finally {
      await other.stop();
    }
  }, 30_000);

  it.each<[string, string[], Record<string, string>, number, string]>([
    ['without a token', [], { LANDFALL_SECTIONS_TOKEN: '' }, 1, 'expected LANDFALL_SECTIONS_TOKEN in the environment'],
    [
      'with half a header for a token',
      [],
      { LANDFALL_SECTIONS_TOKEN: 'abc\nx: y' },
      1,
      'LANDFALL_SECTIONS_TOKEN has a space, a line end',
    ],
    ['over a line in clear', ['--url', 'http://sections.example/'], {}, 2, 'would send the token in clear'],
    ['with a password', ['--url', 'https://me:hunter2@sections.example/'], {}, 2, 'has a user or a password in it'],
    ['of a data set with a slip', ['--dataset', 'app-instals'], {}, 2, 'did you mean "app-installs"?'],
    [
      'of a data set without an API',
      ['--dataset', 'kiosk-sales'],
      {},
      2,
      'the contract of "kiosk-sales" has no sourceApi',
    ],
    ['with an option of no command', ['--token', 'x'], {}, 2, "Unknown option '--token'"],
  ])('%s is refused, and nobody asked', async (_, more, env, code, message) => {
    const outcome = await work.cli(work.pullArgs(...more), { env: { LANDFALL_SECTIONS_TOKEN: TOKEN, ...env } });
    expect(outcome).toMatchObject({ code, stdout: '' });
    expect(outcome.stderr).toContain(message);
    expect(outcome.stderr).not.toMatch(/hunter2|x: y/);
    expect(api.asked).toEqual([]);
  });
});
