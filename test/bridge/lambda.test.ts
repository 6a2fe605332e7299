/** What plays Lambda, with functions of a few lines. */

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { FunctionError, Lambda } from './lambda/functions.ts';

const folder = mkdtempSync(join(tmpdir(), 'landfall-functions-'));
let lambda: Lambda;

beforeAll(async () => {
  lambda = await Lambda.open({ endpoint: 'http://127.0.0.1:1', region: 'us-east-1', account: '123456789012' });
});
afterAll(async () => {
  await lambda.close();
  rmSync(folder, { recursive: true, force: true });
});

/** @param source of `index.mjs` */
function define(
  name: string,
  source: string,
  more: { variables?: Record<string, string>; timeout?: number; memoryMiB?: number; atOnce?: number } = {},
) {
  const code = join(folder, name);
  mkdirSync(code);
  writeFileSync(join(code, 'index.mjs'), source);
  lambda.define({ name, code, handler: 'index.handler', variables: {}, memoryMiB: 512, timeout: 30, ...more });
}

const failureOf = async (name: string): Promise<FunctionError> => {
  const error = await lambda.invoke(name, {}).catch((thrown: unknown) => thrown);
  if (error instanceof FunctionError) return error;
  throw new Error(`${name} did not fail`);
};

it('gives a function its own variables and those of Lambda, and no other', async () => {
  process.env['LANDFALL_DATA_OF_THE_PARENT'] = 'x';
  define(
    'told',
    `export const handler = async (event, context) => ({
      event,
      env: process.env,
      here: [process.cwd(), import.meta.dirname],
      context: [context.functionName, context.memoryLimitInMB, Math.ceil(context.getRemainingTimeInMillis() / 30_000)],
      outside: await import('zod').catch((error) => error.code),
    });`,
    { variables: { OWN: 'value' } },
  );
  const told = (await lambda.invoke('told', { a: [1, null] })) as Record<string, unknown> & { env: object };
  delete process.env['LANDFALL_DATA_OF_THE_PARENT'];
  const root = expect.stringMatching(/landfall-lambda-.*\/code\/0$/);
  expect(told).toMatchObject({
    event: { a: [1, null] },
    here: [root, root],
    context: ['told', '512', 1],
    outside: 'ERR_MODULE_NOT_FOUND',
  });
  expect(told.env).toMatchObject({ OWN: 'value', AWS_REGION: 'us-east-1', AWS_LAMBDA_FUNCTION_NAME: 'told' });
  const others = Object.keys(told.env).filter((name) => !/^(_?AWS_|LAMBDA_|_X_AMZN_|_HANDLER$)/.test(name));
  expect(others.sort()).toEqual(['LANG', 'OWN', 'PATH', 'TMPDIR', 'TZ']);
});

it('gives each process a temporary folder, which later events find, and which ends with it', async () => {
  define(
    'keeps',
    `import { mkdtempSync, readdirSync } from 'node:fs';
    import { tmpdir } from 'node:os';
    export const handler = async ({ ends }) => {
      if (ends) process.exit(1);
      mkdtempSync(tmpdir() + '/kept-');
      await new Promise((done) => setTimeout(done, 300));
      return { folder: tmpdir(), kept: readdirSync(tmpdir()).length };
    };`,
  );
  const invoke = async () => (await lambda.invoke('keeps', {})) as { folder: string; kept: number };
  const [first, second] = await Promise.all([invoke(), invoke()]);
  expect([first.kept, second.kept]).toEqual([1, 1]);
  expect(first.folder).not.toBe(second.folder);
  const third = await invoke();
  expect(third.kept).toBe(2);
  await expect(lambda.invoke('keeps', { ends: true })).rejects.toThrow('Runtime.ExitError');
  expect([first, second].map(({ folder: own }) => existsSync(own)).sort()).toEqual([false, true]);
});

it('ends a function that holds more memory than it has', async () => {
  define('greedy', 'export const handler = async () => Buffer.alloc(200 * 2 ** 20, 1).length;', { memoryMiB: 150 });
  const { failure } = await failureOf('greedy');
  expect(failure.errorType).toBe('Runtime.OutOfMemory');
  expect(failure.errorMessage).toMatch(/it held [2-9]\d\d of 150 MiB/);
});

it('refuses events beyond the concurrency that is reserved', async () => {
  define('narrow', 'export const handler = () => new Promise((done) => setTimeout(done, 500));', { atOnce: 1 });
  const first = lambda.invoke('narrow', {});
  expect((await failureOf('narrow')).failure.errorType).toBe('Lambda.TooManyRequestsException');
  await first;
  await lambda.invoke('narrow', {});
});

it('keeps a process for the next event, and has one for each of those that come at once', async () => {
  define(
    'count',
    `let calls = 0;
     export const handler = async () => {
       await new Promise((done) => setTimeout(done, 200));
       return [process.pid, ++calls];
     };`,
  );
  const both = (await Promise.all([1, 2].map(() => lambda.invoke('count', {})))) as [number, number][];
  expect(both.map(([, calls]) => calls)).toEqual([1, 1]);
  expect(new Set(both.map(([pid]) => pid)).size).toBe(2);
  const [pid, calls] = (await lambda.invoke('count', {})) as [number, number];
  expect(both.map(([own]) => own)).toContain(pid);
  expect(calls).toBe(2);
  expect(lambda.invoked.filter(({ name }) => name === 'count').map(({ isCold }) => isCold)).toEqual([
    true,
    true,
    false,
  ]);
});

it('freezes a function between events', async () => {
  define(
    'late',
    `let late = 0;
     export const handler = async () => {
       if (late === 0) setInterval(() => (late += 1), 20);
       return late;
     };`,
  );
  await lambda.invoke('late', {});
  await sleep(400);
  expect(await lambda.invoke('late', {})).toBeLessThan(10);
});

it('tells what a function threw by its name', async () => {
  define(
    'throws',
    `export const handler = async () => {
       console.log('about to');
       throw Object.assign(new Error('the lease is held'), { name: 'Landfall.Busy' });
     };`,
  );
  const { failure, log } = await failureOf('throws');
  expect(failure).toMatchObject({ errorType: 'Landfall.Busy', errorMessage: 'the lease is held' });
  expect(failure.trace?.[0]).toBe('Landfall.Busy: the lease is held');
  expect(log).toBe('about to\n');
});

it('has all that a function printed, on both streams', async () => {
  define(
    'prints',
    `export const handler = async () => {
       console.log('a'.repeat(300_000));
       console.error('b'.repeat(300_000));
       throw new Error('no');
     };`,
  );
  for (let turn = 0; turn < 5; turn += 1) {
    const { log } = await failureOf('prints');
    expect([...'ab\n'].map((one) => log.split(one).length - 1)).toEqual([300_000, 300_000, 2]);
  }
});

it.each([
  ['has no handler', 'export const other = 1;', 'Runtime.HandlerNotFound'],
  ['can not be loaded', "import 'not-packed';", 'Error'],
  ['ends its process', 'export const handler = () => process.exit(3);', 'Runtime.ExitError'],
  [
    'takes too long',
    'export const handler = () => new Promise((done) => setTimeout(done, 60_000));',
    'Sandbox.Timedout',
  ],
])('says so where a function %s, and starts it anew', async (what, source, errorType) => {
  const name = what.replaceAll(' ', '-');
  define(name, source, { timeout: errorType === 'Sandbox.Timedout' ? 1 : 30 });
  for (const _ of [1, 2]) expect((await failureOf(name)).failure.errorType).toBe(errorType);
  expect(lambda.invoked.filter((one) => one.name === name).map(({ isCold }) => isCold)).toEqual([true, true]);
});
