/**
 * The engine's reader of lines takes LF, CRLF and CR for line ends alike and keeps none of them, so a line break within
 * quotes would not come back as it was. So in a copy each line ends with LF, and what it ended with before stands ahead
 * of that as a mark.
 */

import { createReadStream } from 'node:fs';

/** What no text has; the line that it ends had ended with CRLF. */
export const CRLF_MARK = '\x01\x02\x03\x05';
/** The same for a CR alone. */
export const CR_MARK = '\x01\x02\x03\x06';

export async function hasReturns(path: string): Promise<boolean> {
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    if ((chunk as Buffer).includes(0x0d)) return true;
  }
  return false;
}

/** A stream's bytes with every line end marked. */
export async function* markReturns(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
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
