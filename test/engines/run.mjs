#!/usr/bin/env node
// Installs and starts the engines, runs their tests, stops them. usage: npm run test:engines [-- JEST'S OPTIONS…]
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seconds } from './install/download.mjs';
import { install } from './install.mjs';
import { startMoto } from './servers/moto.mjs';
import { Processes } from './servers/processes.mjs';
import { startTrino } from './servers/trino.mjs';
import { readParity, renderParity } from './support/parity-table.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

const keeps = process.env['LANDFALL_KEEP'] === '1';

/** Two files of tests at a time, each on engines of its own; one alone, where only some are asked for. */
const isAll = process.argv.slice(2).every((one) => one.startsWith('-') && !one.startsWith('--testPathPattern'));
const workers = isAll ? Math.min(2, availableParallelism()) : 1;

let interrupted = false;

/** @param {string} line */
const print = (line) => console.error(`engines: ${line}`);

/** @returns {Promise<number>} the exit code of the tests */
async function main() {
  const installed = await install();
  const folder = mkdtempSync(join(tmpdir(), 'landfall-engines-'));
  const processes = new Processes(keeps ? '' : folder);
  const stop = async () => {
    await processes.stop();
    if (!keeps) rmSync(folder, { recursive: true, force: true });
  };
  if (keeps) print(`keeps data and logs in ${folder}`);
  for (const [signal, code] of Object.entries(SIGNALS)) {
    process.once(signal, () => {
      interrupted = true;
      stop().finally(() => process.exit(code));
    });
  }
  try {
    return await test(processes, folder, installed);
  } finally {
    await stop();
  }
}

/**
 * @param {Processes} processes
 * @param {string} folder
 * @param {{ cache: string, java17: string, java25: string }} installed
 * @returns {Promise<number>}
 */
async function test(processes, folder, { cache, java17, java25 }) {
  const start = Date.now();
  const ports = await freePorts(2 * workers);
  const servers = await Promise.all(
    Array.from({ length: workers }, async (_, index) => {
      const own = join(folder, `worker-${index + 1}`);
      mkdirSync(own);
      const moto = await startMoto(processes, { cache, port: ports[2 * index] ?? 0, folder: own });
      const trino = await startTrino(processes, { cache, java25, port: ports[2 * index + 1] ?? 0, moto, folder: own });
      print(`moto at ${moto} and Trino at ${trino} started in ${seconds(start)}`);
      return { moto: { url: moto }, trino: { url: trino } };
    }),
  );
  const engines = JSON.stringify({ cache, java17, folder, servers });
  const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
  const args = ['--config', 'test/engines/jest.config.json', '--maxWorkers', String(workers), ...process.argv.slice(2)];
  const child = processes.start(process.execPath, [...jest, ...args], {
    cwd: ROOT,
    env: { ...process.env, LANDFALL_ENGINES: engines },
  });
  const code = await new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
  const table = renderParity(readParity(folder));
  if (table !== '') process.stdout.write(`\n${table}`);
  return code;
}

/**
 * All held open until the last is known, so that no two are the same.
 * @param {number} count
 * @returns {Promise<number[]>}
 */
async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise((/** @type {(port: number) => void} */ resolve, reject) => {
          server.on('error', reject);
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            resolve(address !== null && typeof address === 'object' ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    if (!interrupted) print(error.message);
    process.exitCode = 1;
  },
);
