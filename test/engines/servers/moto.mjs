// moto: S3, SQS, EventBridge and Glue's catalog, all in memory.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { untilReady } from './processes.mjs';

const SERVER = fileURLToPath(new URL('../support/moto_server.py', import.meta.url));

export const BUCKETS = ['lake', 'landing'];

/**
 * @param {import('./processes.mjs').Processes} processes
 * @param {{ cache: string, port: number, folder: string }} options
 * @returns {Promise<string>} its address
 */
export async function startMoto(processes, { cache, port, folder }) {
  const url = `http://127.0.0.1:${port}`;
  const log = join(folder, 'moto.log');
  const python = join(cache, 'python', 'engines', 'bin', 'python');
  const child = processes.start(python, [SERVER, '-H', '127.0.0.1', '-p', String(port)], { cwd: folder, log });
  const isReady = async () => (await fetch(`${url}/moto-api/`)).ok;
  await untilReady({ name: 'moto', child, log, seconds: 60, isReady });
  for (const bucket of BUCKETS) {
    const { ok, status } = await fetch(`${url}/${bucket}`, { method: 'PUT' });
    if (!ok) throw new Error(`moto answered ${status} where it was to make the bucket ${bucket}`);
  }
  return url;
}
