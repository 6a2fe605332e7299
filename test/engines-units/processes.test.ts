import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Processes, untilReady } from '../engines/servers/processes.mjs';

const MODULE = new URL('../engines/servers/processes.mjs', import.meta.url).href;

/** A process with a child: both are in its group. */
const FAMILY = ['-c', 'sleep 300 & echo up; wait'];

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-processes-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function isGroupAlive(pid: number): boolean {
  try {
    return process.kill(-pid, 0);
  } catch {
    return false;
  }
}

test('stopping ends whole groups, and nothing is started afterwards', async () => {
  const processes = new Processes('');
  const { pid = 0 } = processes.start('sh', FAMILY, { log: join(folder, 'log') });
  expect(isGroupAlive(pid)).toBe(true);
  await Promise.all([processes.stop(), processes.stop()]);
  expect(isGroupAlive(pid)).toBe(false);
  expect(() => processes.start('sh', FAMILY, {})).toThrow('sh is not started any more');
});

test('where the one that started them is killed they end too, and the folder goes', async () => {
  const data = join(folder, 'data');
  mkdirSync(data);
  const script = `
    const { Processes } = await import(${JSON.stringify(MODULE)});
    const child = new Processes(${JSON.stringify(data)}).start('sh', ${JSON.stringify(FAMILY)}, { log: '/dev/null' });
    console.log(child.pid);
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [printed] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(printed);
  expect(isGroupAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  while (isGroupAlive(pid) || existsSync(data)) await sleep(20);
});

test('a server that ends as it starts is named with the end of its log', async () => {
  const processes = new Processes('');
  const log = join(folder, 'log');
  const child = processes.start('sh', ['-c', 'for i in $(seq 100); do echo line $i; done; exit 3'], { log });
  const ready = untilReady({
    name: 'it',
    child,
    log,
    seconds: 60,
    isReady: () => Promise.reject(new Error('refused')),
  });
  await expect(ready).rejects.toThrow(`it ended as it started: refused; the end of ${log}:\nline 61\nline 62`);
  await processes.stop();
});

test('so is one that stays silent', async () => {
  const processes = new Processes('');
  const log = join(folder, 'log');
  const child = processes.start('sh', FAMILY, { log });
  const ready = untilReady({ name: 'it', child, log, seconds: 0.3, isReady: async () => false });
  await expect(ready).rejects.toThrow('it was not ready after 0.3 s');
  await processes.stop();
});
