// Reads a file once, for all that must be known of it before an engine does. Plain JavaScript, for it also runs in worker
// threads, which take no TypeScript.

import { createHash } from 'node:crypto';
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

export const HEAD_BYTES = 64 * 1024;
/** One for all files: a fresh buffer for each costs more than reading it. So nothing awaits while it is in use. */
const CHUNK = Buffer.allocUnsafeSlow(1024 * 1024);
export const LONGEST_LINE = 32 * 1024 * 1024;
const [QUOTE, PLUS, NEWLINE] = [0x22, 0x2b, 0x0a];

/**
 * @typedef {object} Content
 * @property {string} contentHash Hexadecimal SHA-256 of the bytes as they lie, packed or not.
 * @property {Uint8Array} head The first bytes, unpacked.
 * @property {boolean} longLine A line of more than LONGEST_LINE bytes, which an engine's reader may drop without a word.
 * @property {boolean} ended The last line has its line end.
 * @property {boolean} openQuote An odd number of quotes.
 * @property {boolean} plain No `+` and no byte of 0x40 or above after the first line.
 */

/**
 * Rejects with a `Z_…` code where a packed file is cut off or damaged: an engine would take its sound part for all.
 * @param {string} path
 * @param {boolean} packed
 * @returns {Promise<Content>}
 */
export async function readContent(path, packed) {
  const scan = new Scan();
  if (packed) {
    await pipeline(createReadStream(path), createGunzip(), async (chunks) => {
      for await (const chunk of chunks) {
        scan.add(chunk);
        // It is refused whatever follows: a megabyte of gzip may stand for a gigabyte.
        if (scan.longLine) return;
      }
    }).catch((error) => {
      // So a stream tells that not all of it was wanted.
      if (!scan.longLine) throw error;
    });
    return scan.content(await hashOf(path));
  }
  const hash = createHash('sha256');
  const file = openSync(path, 'r');
  try {
    const next = () => readSync(file, CHUNK, 0, CHUNK.length, null);
    for (let read = next(); read > 0; read = next()) {
      const chunk = CHUNK.subarray(0, read);
      hash.update(chunk);
      scan.add(chunk);
    }
  } finally {
    closeSync(file);
  }
  return scan.content(hash.digest('hex'));
}

/**
 * @param {string} path
 * @returns {Promise<string>}
 */
export async function hashOf(path) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest('hex');
}

/** What is kept of a stream of bytes. */
class Scan {
  /** @type {Uint8Array[]} */
  kept = [];
  length = 0;
  inHeader = true;
  openQuote = false;
  plain = true;
  longLine = false;
  /** Bytes since the last line end. */
  sinceLine = 0;

  /** @param {Buffer} chunk */
  add(chunk) {
    if (this.length < HEAD_BYTES) this.kept.push(new Uint8Array(chunk.subarray(0, HEAD_BYTES)));
    this.length += chunk.length;
    const last = chunk.lastIndexOf(NEWLINE);
    this.longLine ||= this.sinceLine + (last < 0 ? chunk.length : chunk.indexOf(NEWLINE)) > LONGEST_LINE;
    this.sinceLine = last < 0 ? this.sinceLine + chunk.length : chunk.length - last - 1;
    const end = this.inHeader ? chunk.indexOf(NEWLINE) : -1;
    const header = this.inHeader ? (end < 0 ? chunk.length : end + 1) : 0;
    this.inHeader = this.inHeader && end < 0;
    if (header > 0) this.count(chunk.subarray(0, header), false);
    if (header < chunk.length) this.count(chunk.subarray(header), true);
  }

  /**
   * @param {string} contentHash
   * @returns {Content}
   */
  content(contentHash) {
    const head = new Uint8Array(Buffer.concat(this.kept).subarray(0, HEAD_BYTES));
    return {
      contentHash,
      head,
      longLine: this.longLine,
      ended: this.sinceLine === 0,
      openQuote: this.openQuote,
      plain: this.plain,
    };
  }

  /**
   * @param {Buffer} bytes
   * @param {boolean} body
   */
  count(bytes, body) {
    const { odd, union } = lookAt(bytes);
    this.openQuote = this.openQuote !== odd;
    if (body && this.plain) this.plain = (union & 0xc0) === 0 && !bytes.includes(PLUS);
  }
}

/**
 * Whether the quotes are odd in number, and every bit that any byte has. Four bytes at a time: a byte of
 * `word ^ 0x22222222` is zero where the text has a quote; the usual zero-byte trick leaves its high bit clear.
 * Four words a round, for the loop costs more than what it does.
 * @param {Buffer} bytes
 */
function lookAt(bytes) {
  const start = Math.min((4 - (bytes.byteOffset % 4)) % 4, bytes.length);
  const count = ((bytes.length - start) >> 4) << 2;
  const words = count === 0 ? new Int32Array(0) : new Int32Array(bytes.buffer, bytes.byteOffset + start, count);
  let [others, all] = [0, 0];
  for (let i = 0; i < words.length; i += 4) {
    const a = /** @type {number} */ (words[i]);
    const b = /** @type {number} */ (words[i + 1]);
    const c = /** @type {number} */ (words[i + 2]);
    const d = /** @type {number} */ (words[i + 3]);
    all |= a | b | c | d;
    others ^= noQuotes(a) ^ noQuotes(b) ^ noQuotes(c) ^ noQuotes(d);
  }
  // Four words a round: an even number of bytes, so quotes are odd where the others are.
  let odd = (others >>> 31) ^ ((others >>> 23) & 1) ^ ((others >>> 15) & 1) ^ ((others >>> 7) & 1);
  let union = (all >>> 24) | ((all >>> 16) & 0xff) | ((all >>> 8) & 0xff) | (all & 0xff);
  for (const rest of [bytes.subarray(0, start), bytes.subarray(start + count * 4)]) {
    for (const byte of rest) {
      odd ^= byte === QUOTE ? 1 : 0;
      union |= byte;
    }
  }
  return { odd: odd === 1, union };
}

/**
 * The high bit of each byte that is no quote.
 * @param {number} word
 */
function noQuotes(word) {
  const x = word ^ 0x22222222;
  return ((x & 0x7f7f7f7f) + 0x7f7f7f7f) | x;
}
