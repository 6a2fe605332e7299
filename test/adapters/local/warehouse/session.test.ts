/** Starting, joining, leaving and recovering the server: what a person, a run and a kill do to it. */

import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { findPostmaster, freePort, HOST } from '../../../../adapters/local/warehouse/server.ts';
import { type Held, hold } from '../../../../adapters/local/warehouse/session.ts';
import { dataOf, serverOf, stopLeftover } from '../../../support/warehouse.ts';

let state: string;
beforeEach(() => {
  state = join(mkdtempSync(join(tmpdir(), 'landfall-warehouse-')), 'a state');
  mkdirSync(state, { mode: 0o700 });
});
afterEach(async () => {
  await stopLeftover(state);
  rmSync(join(state, '..'), { recursive: true, force: true });
});

const ask = async ({ client }: Held) => (await client.query('SELECT 1 AS one')).rows;
const work = { name: 'test' };

it('several at once make one server; the last to leave stops it', async () => {
  const all = await Promise.all([hold(state, work), hold(state, work), hold(state, work)]);
  expect(new Set(all.map(({ port }) => port)).size).toBe(1);
  const pid = await serverOf(state);
  expect(pid).not.toBeNull();
  await all[0]?.release();
  await all[1]?.release();
  expect(await serverOf(state)).toBe(pid);
  expect(await ask(all[2] as Held)).toEqual([{ one: 1 }]);
  await all[2]?.release();
  expect(await serverOf(state)).toBeNull();
  expect(existsSync(join(dataOf(state), 'postmaster.pid'))).toBe(false);
});

it('keeps its passwords to its owner, and out of its log', async () => {
  const held = await hold(state, work);
  const { owner, reader } = held.data.credentials;
  expect(statSync(join(dataOf(state), 'landfall.json')).mode & 0o777).toBe(0o600);
  expect(statSync(join(state, 'warehouse')).mode & 0o777).toBe(0o700);
  // By its text, as a name and as a value: errors quote both.
  for (const sql of [`SELECT 1 / 0 -- ${reader}`, `SELECT "${reader}"`, `SELECT CAST('${reader}' AS integer)`]) {
    await expect(held.client.query(sql)).rejects.toThrow();
  }
  await held.release();
  const log = readFileSync(join(state, 'warehouse', 'postgres.log'), 'utf8');
  expect(log).toMatch(/listening on IPv4 address "127.0.0.1"/);
  expect(log.includes(owner) || log.includes(reader)).toBe(false);
});

it('recovers from a server that was killed', async () => {
  const held = await hold(state, work);
  const pid = (await findPostmaster(dataOf(state)))?.pid as number;
  process.kill(pid, 'SIGKILL');
  await held.release();
  const again = await hold(state, work);
  expect(await ask(again)).toEqual([{ one: 1 }]);
  expect((await findPostmaster(dataOf(state)))?.pid).not.toBe(pid);
  await again.release();
});

it.each<[string, (lock: string) => void]>([
  ['who was killed while starting it', (lock) => symlinkSync(String(spawnSync(process.execPath, ['-v']).pid), lock)],
  ['a lock that names nobody', (lock) => writeFileSync(lock, '')],
  [
    'who was killed while taking away the lock of another',
    (lock) => {
      const { pid } = spawnSync(process.execPath, ['-v']);
      symlinkSync(String(pid), lock);
      symlinkSync(String(spawnSync(process.execPath, ['-v']).pid), `${lock}.of.${pid}`);
    },
  ],
])('does not wait for %s', async (_what, leave) => {
  mkdirSync(join(state, 'warehouse'), { mode: 0o700 });
  leave(join(state, 'warehouse', 'starting.lock'));
  const all = await Promise.all([hold(state, work), hold(state, work)]);
  expect(await Promise.all(all.map(ask))).toEqual([[{ one: 1 }], [{ one: 1 }]]);
  for (const held of all) await held.release();
  expect(readdirSync(join(state, 'warehouse')).filter((name) => name.startsWith('starting.lock'))).toEqual([]);
});

it("a dead server's number may be another process's by now", async () => {
  await (await hold(state, work)).release();
  writeFileSync(
    join(dataOf(state), 'postmaster.pid'),
    `${process.pid}\n/proc/self/cwd\n1\n1\n\n127.0.0.1\n\nready   \n`,
  );
  const held = await hold(state, work);
  expect(await ask(held)).toEqual([{ one: 1 }]);
  await held.release();
});

it('data that can not be used is moved away and made anew', async () => {
  await (await hold(state, work)).release();
  rmSync(join(dataOf(state), 'global', 'pg_control'));
  const notes: string[] = [];
  const held = await hold(state, { ...work, onNote: (note) => notes.push(note) });
  expect(await ask(held)).toEqual([{ one: 1 }]);
  expect(notes).toEqual([expect.stringMatching(/made anew/)]);
  expect(existsSync(`${dataOf(state)}.broken`)).toBe(true);
  await held.release();
});

it('a port that is taken is told; one that is only preferred gives way', async () => {
  const port = await freePort();
  const other = createServer();
  await new Promise<void>((done) => other.listen(port, HOST, done));
  try {
    await expect(hold(state, { ...work, port })).rejects.toThrow(`port ${port} is in use by another program`);
    const held = await hold(state, { ...work, prefer: port });
    expect(held.port).not.toBe(port);
    await held.release();
  } finally {
    await new Promise((done) => other.close(done));
  }
});

it('who asks for another port waits until the server is free, unless a person holds it there', async () => {
  const first = await hold(state, work);
  const port = await freePort();
  const waiting = hold(state, { ...work, port });
  setTimeout(() => first.release(), 100);
  const second = await waiting;
  expect(second.port).toBe(port);
  await second.release();
  const person = await hold(state, { name: 'warehouse' });
  await expect(hold(state, { ...work, port })).rejects.toThrow(`up already, on port ${person.port}`);
  await person.release();
});

it('a reader who changed its password gets the old one back', async () => {
  const held = await hold(state, work);
  await held.client.query("ALTER ROLE bi_reader PASSWORD 'mine'; ALTER ROLE bi_reader RESET ALL");
  await held.release();
  const again = await hold(state, work);
  const { rows } = await again.client.query("SELECT rolconfig::text AS set FROM pg_roles WHERE rolname = 'bi_reader'");
  expect(rows[0].set).toMatch(/default_transaction_read_only=on.*statement_timeout=5min/);
  await again.release();
});
