// Files from a Maven repository, with the checksums that pins.json names.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { aside } from './parts.mjs';

/** @typedef {{ part: string, group: string, artifact: string, version: string, extension: string, sha256: string, into: string }} Artifact */

export const MAVEN = 'https://repo1.maven.org/maven2';

/** @param {Artifact} artifact */
export const fileName = ({ artifact, version, extension }) => `${artifact}-${version}.${extension}`;

/**
 * @param {Artifact} artifact
 * @param {string} [repository]
 */
export function addressOf(artifact, repository = MAVEN) {
  const folder = [artifact.group.replaceAll('.', '/'), artifact.artifact, artifact.version].join('/');
  return `${repository.replace(/\/+$/, '')}/${folder}/${fileName(artifact)}`;
}

/** Of a busy repository, or a line that breaks. */
class Interrupted extends Error {}

const TRIES = 3;
const PAUSE = 500;

/**
 * Leaves the whole file with the right checksum, or none.
 * @param {string} address
 * @param {string} sha256
 * @param {string} path
 * @param {(line: string) => void} say
 * @returns {Promise<void>}
 */
export async function download(address, sha256, path, say) {
  // What a killed install had fetched already serves again, if it is whole.
  if (existsSync(path) && (await digest(path)) === sha256) return;
  mkdirSync(dirname(path), { recursive: true });
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt(address, sha256, path, say);
    } catch (error) {
      if (!(error instanceof Interrupted) || tries === TRIES) throw error;
      say(`${error.message}; once more`);
      await sleep(tries * PAUSE);
    }
  }
}

/** @type {typeof download} */
async function attempt(address, sha256, path, say) {
  const part = aside(path, 'part');
  const start = Date.now();
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    const response = await fetch(address).catch((error) => {
      throw new Interrupted(`${address} can't be reached: ${error.cause?.message ?? error.message}`);
    });
    if (response.status >= 500) throw new Interrupted(`${address} answered ${response.status}`);
    if (!response.ok || response.body === null) throw new Error(`${address} answered ${response.status}`);
    await pipeline(
      Readable.fromWeb(/** @type {import('node:stream/web').ReadableStream} */ (response.body)),
      async function* (chunks) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          bytes += chunk.length;
          yield chunk;
        }
      },
      createWriteStream(part),
    ).catch((error) => {
      throw new Interrupted(`${address} broke off after ${bytes} bytes: ${error.cause?.message ?? error.message}`);
    });
    const found = hash.digest('hex');
    if (found !== sha256) throw new Error(`${address} has the SHA-256 ${found}, expected ${sha256}; nothing was kept`);
    renameSync(part, path);
    say(`downloaded ${address}, ${Math.round(bytes / 1e6)} MB in ${seconds(start)}`);
  } finally {
    rmSync(part, { force: true });
  }
}

/** @param {number} start */
export const seconds = (start) => `${((Date.now() - start) / 1000).toFixed(1)} s`;

/** @param {string} path */
async function digest(path) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
