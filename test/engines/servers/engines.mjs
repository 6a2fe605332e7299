// Engines for as long as some work takes: installed, started, stopped, whatever ends the work.
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SIGNALS } from '../../support/signals.mjs';
import { seconds } from '../install/download.mjs';
import { install } from '../install.mjs';
import { startMoto } from './moto.mjs';
import { Processes } from './processes.mjs';
import { startTrino } from './trino.mjs';

/**
 * @typedef {{ folder: string, run: (args: string[], cwd: string) => Promise<number> }} Engines `run` starts node with the
 *   engines' addresses in its environment, and gives its exit code
 */

/**
 * Runs a script and exits with what the work comes to.
 *
 * @param {{ pairs: number, name: string }} options how many pairs of a moto and a Trino; what lines on stderr begin with
 * @param {(engines: Engines) => Promise<number>} work
 */
export async function withEngines({ pairs, name }, work) {
  const keeps = process.env['LANDFALL_KEEP'] === '1';
  let interrupted = false;
  /** @param {string} line */
  const print = (line) => console.error(`${name}: ${line}`);
  try {
    const { cache, java17, java25 } = await install();
    const folder = mkdtempSync(join(tmpdir(), `landfall-${name}-`));
    // Whatever is left there by what is killed goes with the folder.
    const temporary = join(folder, 'tmp');
    mkdirSync(temporary);
    // As the machine's own is: PostgreSQL runs as another account than root.
    chmodSync(folder, 0o711);
    chmodSync(temporary, 0o1777);
    const processes = new Processes(keeps ? '' : folder);
    const stop = async () => {
      await processes.stop();
      if (!keeps) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    };
    if (keeps) print(`keeps data and logs in ${folder}`);
    for (const [signal, code] of Object.entries(SIGNALS)) {
      process.once(signal, () => {
        interrupted = true;
        stop().finally(() => process.exit(code));
      });
    }
    try {
      const start = Date.now();
      const ports = await freePorts(2 * pairs);
      const servers = await Promise.all(
        Array.from({ length: pairs }, async (_, index) => {
          const own = join(folder, `worker-${index + 1}`);
          mkdirSync(own);
          const moto = await startMoto(processes, { cache, port: ports[2 * index] ?? 0, folder: own });
          const trino = await startTrino(processes, {
            cache,
            java25,
            port: ports[2 * index + 1] ?? 0,
            moto,
            folder: own,
          });
          print(`moto at ${moto} and Trino at ${trino} started in ${seconds(start)}`);
          return { moto: { url: moto }, trino: { url: trino } };
        }),
      );
      const env = {
        ...process.env,
        TMPDIR: temporary,
        LANDFALL_ENGINES: JSON.stringify({ cache, java17, java25, folder, servers }),
      };
      process.exitCode = await work({
        folder,
        run: (args, cwd) => {
          const child = processes.start(process.execPath, args, { cwd, env });
          return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
        },
      });
    } finally {
      await stop();
    }
  } catch (error) {
    if (!interrupted) print(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
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
