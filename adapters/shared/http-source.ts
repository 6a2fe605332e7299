/** Requests with a bearer token. The token stays in here: no message, no file and no other host ever has it. */

import { LandfallError } from '../../core/problems.ts';
import type { HttpSource, Reply } from '../../core/pull/fetch-page.ts';
import { lineFailure } from './line-failure.ts';

export interface PageLimits {
  /** Milliseconds for one page, from the question to the last byte. */
  readonly timeout: number;
  /** Bytes of one page, unpacked. */
  readonly bytes: number;
}

const LIMITS: PageLimits = { timeout: 60_000, bytes: 64 * 1024 * 1024 };

export class BearerSource implements HttpSource {
  readonly #token: string;
  private readonly limits: PageLimits;

  /**
   * @param name of the environment variable
   * @throws LandfallError where it is not set, or has what no header can carry
   */
  constructor(name: string, environment: NodeJS.ProcessEnv = process.env, limits: PageLimits = LIMITS) {
    const token = environment[name] ?? '';
    if (token === '') {
      const message = `there is no token: expected ${name} in the environment`;
      throw new LandfallError({
        code: 'no-token',
        message,
        hint: 'the contract names the variable, and never the token',
      });
    }
    if (!isToken(token)) {
      const message = `${name} has a space, a line end or another character that no token has`;
      throw new LandfallError({ code: 'wrong-token', message });
    }
    this.#token = token;
    this.limits = limits;
  }

  async get(url: string): Promise<Reply> {
    try {
      const response = await fetch(url, {
        headers: { authorization: `Bearer ${this.#token}`, accept: 'application/json', 'user-agent': 'landfall' },
        redirect: 'manual',
        signal: AbortSignal.timeout(this.limits.timeout),
      });
      const { status, headers } = response;
      const location = headers.get('location');
      if (status !== 200) await response.body?.cancel();
      const bytes = status === 200 ? await wholeBody(response, this.limits.bytes) : new Uint8Array();
      if (bytes === null) {
        return { kind: 'failed', passing: false, reason: `answered with more than ${this.limits.bytes} bytes` };
      }
      const text = textOf(bytes);
      if (text === null) return { kind: 'failed', passing: false, reason: 'answered with what is not UTF-8 text' };
      if (this.holdsToken(text) || this.holdsToken(location ?? '')) {
        return { kind: 'failed', passing: false, reason: 'the answer has the token in it, which is never written' };
      }
      return { kind: 'answer', status, location, retryAfter: headers.get('retry-after'), text };
    } catch (error) {
      return { kind: 'failed', ...lineFailure(error, this.limits.timeout) };
    }
  }

  /** As it is, or behind the escapes of JSON or of an address. */
  private holdsToken(text: string): boolean {
    const plain = text.replaceAll(/\\u([0-9a-fA-F]{4})|\\(["\\/])|%([0-9a-fA-F]{2})/g, (_, unit, mark, byte) =>
      mark === undefined ? String.fromCharCode(Number.parseInt(unit ?? byte, 16)) : mark,
    );
    return text.includes(this.#token) || plain.includes(this.#token);
  }
}

/** Whether a header can carry it. */
export function isToken(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}

/** Null where it is too large. */
async function wholeBody(response: Response, most: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    // Leaving the loop ends the connection.
    if (bytes > most) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
