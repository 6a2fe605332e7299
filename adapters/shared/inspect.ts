/** What a landed file's bytes say of it, wherever they came from. */

import type { Inspection } from '../../core/landed.ts';
import type { Problem } from '../../core/problems.ts';
import { type Content, hashOf, LONGEST_LINE, readContent } from './content.mjs';

export interface Inspected {
  readonly inspection: Inspection;
  /** Whether it ends as a whole file does. */
  readonly isWhole: boolean;
}

/**
 * @param path where its bytes lie, packed where the key says so
 * @param read how they are read; in this thread by default
 */
export async function inspectFile(
  key: string,
  path: string,
  read: (path: string, packed: boolean) => Promise<Content> = readContent,
): Promise<Inspected> {
  try {
    return inspectContent(key, await read(path, key.endsWith('.gz')));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code?.startsWith('Z_')) return { inspection: brokenGzip(key, await hashOf(path), message), isWhole: false };
    return {
      inspection: unreadable(key, `can't be read: ${message}`, 'check its permissions; the next run tries again'),
      isWhole: true,
    };
  }
}

export function inspectContent(key: string, content: Content): Inspected {
  const { contentHash, head, longLine, openQuote, plain, ended } = content;
  const refuse = (isWhole: boolean, code: string, message: string, hint?: string): Inspected => ({
    inspection: refused(contentHash, key, code, message, hint),
    isWhole,
  });
  if (head.length === 0) {
    const expected = isJson(key) ? 'a JSON object a line' : 'a header and rows';
    return refuse(false, 'empty-file', `an empty file, expected ${expected}`);
  }
  if (longLine) {
    const message = `a line is longer than ${LONGEST_LINE / 1024 / 1024} MB`;
    return refuse(true, 'line-too-long', message, 'a quote or a line end may be missing');
  }
  const text = textOf(Buffer.from(head.buffer, head.byteOffset, head.length));
  if (text === null) {
    return refuse(ended, 'not-text', `not a text file in UTF-8, expected ${isJson(key) ? 'JSON lines' : 'CSV'}`);
  }
  return { inspection: { readable: true, contentHash, head: text, openQuote, plain }, isWhole: ended };
}

/** @param why in the words of what unpacks it */
export function brokenGzip(key: string, contentHash: string, why: string): Inspection {
  return refused(contentHash, key, 'broken-gzip', `cut off or damaged gzip (${why})`, 'drop it again, whole');
}

/** Not even its bytes can be had. */
export function unreadable(key: string, message: string, hint: string): Inspection {
  const problem: Problem = { code: 'file-unreadable', file: key, message, hint };
  return { readable: false, contentHash: null, problem };
}

/** It is not what was listed any more, and nothing is wrong with that. */
export function changing(key: string, what: 'changed' | 'went away', hint?: string): Problem {
  const message = `${what} while the run was reading: left for the next run`;
  return { code: 'file-changing', file: key, message, ...(hint === undefined ? {} : { hint }) };
}

const isJson = (key: string) => /[.]ndjson([.]gz)?$/.test(key);

/** Null where the bytes hold what no text does. Single bytes that are not UTF-8 are a row's fault, not the file's. */
function textOf(head: Buffer): string | null {
  const firstLine = head.subarray(0, Math.max(0, head.indexOf(0x0a)) || head.length);
  if (head.includes(0) && firstLine.includes(0)) return null;
  const text = head.toString('utf8');
  const sample = head.subarray(0, 4096);
  const controls = sample.filter((byte) => byte < 0x09 || (byte > 0x0d && byte < 0x20)).length;
  const undecodable = sample.toString('utf8').split('\ufffd').length - 1;
  return controls + undecodable > 0.1 * sample.length ? null : text;
}

function refused(contentHash: string, file: string, code: string, message: string, hint?: string): Inspection {
  const problem: Problem = hint === undefined ? { code, file, message } : { code, file, message, hint };
  return { readable: false, contentHash, problem };
}
