// The same job as scripts with pandas and with polars, and the environment that they run in.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGES = ['polars==2.1.0', 'pandas==3.1.1', 'pyarrow==26.0.1', 'scikit-learn==1.9.1', 'numpy==2.4.6'];

export const PEERS = ['polars', 'pandas'];

/** A virtual environment in a cache outside the clone. @returns the path of its python */
export function python() {
  const cache = process.env.LANDFALL_CACHE ?? join(homedir(), '.cache', 'landfall');
  const venv = join(cache, 'bench-venv');
  const marker = join(venv, PACKAGES.join('_').replaceAll('==', '-'));
  if (!existsSync(marker)) {
    console.error(`installing ${PACKAGES.join(', ')} into ${venv}`);
    mkdirSync(cache, { recursive: true });
    try {
      execFileSync('python3', ['-m', 'venv', venv], { stdio: 'inherit' });
      execFileSync(join(venv, 'bin', 'pip'), ['install', '-q', ...PACKAGES], { stdio: 'inherit' });
    } catch (error) {
      throw new Error(`the peers need Python 3 with venv and pip, and a package registry: ${error.message}`);
    }
    mkdirSync(marker);
  }
  return join(venv, 'bin', 'python');
}

/**
 * @param {string} peer
 * @param {string} data
 * @param {string} out
 */
export function peerArgs(peer, data, out) {
  return [fileURLToPath(new URL(`./peers/lp_${peer}.py`, import.meta.url)), data, out];
}

/**
 * The landing folder as the scripts want it, by links.
 * @param {string} landing
 * @param {string} data
 */
export function linkData(landing, data) {
  const from = join(landing, 'learnplatform');
  mkdirSync(join(data, 'engagement'), { recursive: true });
  for (const name of readdirSync(join(from, 'engagement_data'))) {
    if (!name.endsWith('.csv')) throw new Error(`the peers read .csv alone, unpack ${name}`);
    symlinkSync(join(from, 'engagement_data', name), join(data, 'engagement', name));
  }
  for (const name of ['products_info.csv', 'districts_info.csv']) symlinkSync(join(from, name), join(data, name));
}
