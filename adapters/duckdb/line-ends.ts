/**
 * The engine's reader of lines takes LF, CRLF and CR for line ends alike and keeps none of them, so a line break within
 * quotes would not come back as it was. So in a copy each line ends with LF, and what it ended with before stands ahead
 * of that as a mark.
 */

import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

/** What no text has; the line that it ends had ended with CRLF. */
export const CRLF_MARK = '\x01\x02\x03\x05';
/** The same for a CR alone. */
export const CR_MARK = '\x01\x02\x03\x06';

/**
 * A landed file as the careful reader takes it: unpacked, its line ends marked.
 *
 * @returns its own path where it is so already; else that of a copy
 */
export async function plainCopy(path: string, key: string, scratch: string): Promise<string> {
  const packed = key.endsWith('.gz');
  if (!packed && !(await hasReturns(path))) return path;
  await mkdir(scratch, { recursive: true });
  const copy = copyPath(key, scratch);
  const unpacked = packed ? createReadStream(path).pipe(createGunzip()) : createReadStream(path);
  await pipeline(unpacked, markReturns, createWriteStream(copy, { mode: 0o600 }));
  return copy;
}

/** Where the copy of a file lies, where one was made. */
export function copyPath(key: string, scratch: string): string {
  return join(scratch, `${createHash('sha256').update(key).digest('hex').slice(0, 16)}.csv`);
}

async function hasReturns(path: string): Promise<boolean> {
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    if ((chunk as Buffer).includes(0x0d)) return true;
  }
  return false;
}

/** A stream's bytes with every line end marked. */
async function* markReturns(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held = false;
  for await (const chunk of chunks) {
    // One character a byte, whatever the bytes are.
    const text: string = `${held ? '\r' : ''}${chunk.toString('latin1')}`;
    held = text.endsWith('\r');
    yield marked(held ? text.slice(0, -1) : text);
  }
  if (held) yield marked('\r');
}

function marked(text: string): Buffer {
  const ends = text.replaceAll(/\r\n?/g, (end) => `${end === '\r' ? CR_MARK : CRLF_MARK}\n`);
  return Buffer.from(ends, 'latin1');
}
