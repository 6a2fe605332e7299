/** Hooks against a real server on this machine, and with real commands. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { callCommand } from '../../../adapters/local/notify/command.ts';
import { hooksOf } from '../../../adapters/local/notify/index.ts';
import { callWebhook } from '../../../adapters/local/notify/webhook.ts';
import type { RunOutcome } from '../../../core/ports.ts';

const OUTCOME: RunOutcome = {
  run_id: 'r1',
  status: 'succeeded',
  needs_attention: true,
  datasets: [{ dataset: 'shop', status: 'succeeded', rows_loaded: 3, rows_quarantined: 1, files_refused: 0 }],
  late: [{ dataset: 'shop', element: 'sold', message: 'late' }],
  failed_rules: [],
  report: null,
  errors: [],
};
const LIMITS = { timeout: 300, retries: 2, longestWait: 50 };

interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

let server: Server;
let asked: Asked[];
let answer: (response: ServerResponse, place: number) => void;
let folder: string;

beforeEach(async () => {
  asked = [];
  answer = (response) => response.writeHead(204).end();
  folder = mkdtempSync(join(tmpdir(), 'landfall-notify-'));
  server = createServer(async (request: IncomingMessage, response) => {
    const { method, url, headers } = request;
    let text = '';
    for await (const chunk of request) text += chunk;
    asked.push({ method, url, authorization: headers.authorization, body: JSON.parse(text) });
    answer(response, asked.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/very-secret?key=hidden`;
const host = () => new URL(address()).host;
const call = (token = '', url = address()) => callWebhook(url, token, LIMITS)(OUTCOME, 'attention');

describe('a webhook', () => {
  it('gets the outcome, and the token where there is one', async () => {
    expect(await call()).toBeNull();
    expect(await call('t0ken')).toBeNull();
    const post = { method: 'POST', url: '/hooks/very-secret?key=hidden', body: OUTCOME };
    expect(asked).toEqual([
      { ...post, authorization: undefined },
      { ...post, authorization: 'Bearer t0ken' },
    ]);
  });

  it.each([500, 503, 429])('that answers %d is asked again', async (status) => {
    answer = (response, place) => response.writeHead(place === 1 ? status : 200, { 'retry-after': '60' }).end();
    expect(await call()).toBeNull();
    expect(asked).toHaveLength(2);
  });

  it('is given up after three tries', async () => {
    answer = (response) => response.writeHead(500).end('a word of the server');
    expect(await call()).toBe(`the webhook at ${host()} answered 500, 3 times in a row`);
    expect(asked).toHaveLength(3);
  });

  it('that never answers is given up', async () => {
    answer = () => undefined;
    expect(await call()).toBe(`the webhook at ${host()} did not answer: no whole answer in 0.3 s, 3 times in a row`);
  });

  it('that leads elsewhere is not followed', async () => {
    answer = (response) => response.writeHead(307, { location: 'http://127.0.0.1:1/elsewhere' }).end();
    expect(await call('t0ken')).toBe(`the webhook at ${host()} answered 307, a redirect, which is not followed`);
    expect(asked).toHaveLength(1);
  });

  it('that refuses is not asked again', async () => {
    answer = (response) => response.writeHead(403).end();
    expect(await call()).toBe(`the webhook at ${host()} answered 403`);
    expect(asked).toHaveLength(1);
  });

  it('where nobody listens is told without its path', async () => {
    const url = 'http://127.0.0.1:1/hooks/very-secret';
    expect(await call('', url)).toMatch(
      /^the webhook at 127.0.0.1:1 did not answer: the connection failed .*, 3 times/,
    );
  });

  it.each([
    [
      'http://hooks.example/very-secret',
      'LANDFALL_WEBHOOK_URL, at hooks.example, is not https, and not http on this machine',
    ],
    ['https://user:pass@hooks.example/very-secret', 'LANDFALL_WEBHOOK_URL has a user or a password in it'],
    ['very-secret', 'LANDFALL_WEBHOOK_URL is no address, expected https://…'],
  ])('at %s is never asked', async (url, said) => {
    expect(await call('', url)).toBe(said);
  });

  it('gets no token that a header can not carry', async () => {
    expect(await call('two\nlines')).toBe('LANDFALL_WEBHOOK_TOKEN has a character that no token has');
    expect(asked).toEqual([]);
  });
});

describe('a command', () => {
  const file = () => join(folder, 'told');
  const told = () => readFileSync(file(), 'utf8');

  it('gets the outcome on its standard input, how it ended in its environment, and no secret', async () => {
    const environment = {
      PATH: process.env['PATH'],
      LANDFALL_PROTECT_KEY: 'k',
      LANDFALL_A_TOKEN: 't',
      LANDFALL_WEBHOOK_URL: 'u',
    };
    const command = `(echo "$LANDFALL_RUN_STATUS $LANDFALL_RUN_ID"; env | grep -cE '=[ktu]$'; cat) > '${file()}'`;
    expect(await callCommand(command, environment)(OUTCOME, 'attention')).toBeNull();
    const [first, secrets, body = ''] = told().split('\n');
    expect([first, secrets, JSON.parse(body)]).toEqual(['attention r1', '0', OUTCOME]);
  });

  it('that fails, or reads nothing, is told by its exit code alone', async () => {
    const said = await callCommand('exit 3 # very-secret', process.env)(OUTCOME, 'failed');
    expect(said).toBe('the command in LANDFALL_NOTIFY_COMMAND ended with 3');
  });

  it('that hangs is stopped, and what it started with it', async () => {
    const command = `(sleep 1; touch '${file()}') & sleep 60`;
    const said = await callCommand(command, process.env, 200)(OUTCOME, 'failed');
    expect(said).toBe('the command in LANDFALL_NOTIFY_COMMAND did not end in 0.2 s, and was stopped');
    await sleep(1200);
    expect(told).toThrow('ENOENT');
  });
});

describe('which ends are told', () => {
  const outcome = (status: 'succeeded' | 'failed', needs_attention: boolean) => ({
    ...OUTCOME,
    status,
    needs_attention,
  });
  const ends = [outcome('succeeded', false), outcome('succeeded', true), outcome('failed', false)];

  it.each([
    [undefined, ['attention', 'failed']],
    ['attention', ['attention', 'failed']],
    ['failed', ['failed']],
    ['always', ['succeeded', 'attention', 'failed']],
  ])('LANDFALL_NOTIFY_ON=%s', async (on, expected) => {
    const file = join(folder, 'ends');
    const warnings: string[] = [];
    const environment = { ...process.env, LANDFALL_NOTIFY_COMMAND: `echo $LANDFALL_RUN_STATUS >> '${file}'` };
    const hooks = hooksOf({ ...environment, LANDFALL_NOTIFY_ON: on }, (warning) => warnings.push(warning));
    for (const end of ends) await hooks.notify(end);
    expect(readFileSync(file, 'utf8').trim().split('\n')).toEqual(expected);
    expect(warnings).toEqual([]);
  });

  it('a word that is none is told, and so is each hook that failed', async () => {
    const warnings: string[] = [];
    const environment = { LANDFALL_NOTIFY_ON: 'never', LANDFALL_NOTIFY_COMMAND: 'exit 1', LANDFALL_WEBHOOK_URL: 'x' };
    await hooksOf({ ...process.env, ...environment }, (warning) => warnings.push(warning)).notify(OUTCOME);
    expect(warnings).toEqual([
      'LANDFALL_NOTIFY_ON is none of failed, attention, always: told as by attention',
      "nobody was told of the run's end: LANDFALL_WEBHOOK_URL is no address, expected https://…",
      "nobody was told of the run's end: the command in LANDFALL_NOTIFY_COMMAND ended with 1",
    ]);
  });

  it('nothing is done where nothing is named', async () => {
    await hooksOf({ LANDFALL_NOTIFY_ON: 'never' }, () => {
      throw new Error('told');
    }).notify(OUTCOME);
  });
});
