/** One page over an unreliable line: what is asked again, what is followed, and what is given up. */

import type { SourceApi } from '../contracts/types.ts';
import { LandfallError, TransientError } from '../problems.ts';
import { follow, shown } from './links.ts';
import { type Page, readPage } from './page.ts';
import { askedWait, isWorthRetrying, LONGEST_ASKED, MOST_RETRIES, waitBefore } from './retry.ts';

/** What came of one request. */
export type Reply =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly location: string | null;
      readonly retryAfter: string | null;
      /** Empty where the status is not 200. */
      readonly text: string;
    }
  /** `passing`: the next try may go better. The reason never quotes the token. */
  | { readonly kind: 'failed'; readonly passing: boolean; readonly reason: string };

/** Asks with the token, one request at a time, and follows nothing by itself. */
export interface HttpSource {
  get(url: string): Promise<Reply>;
}

export interface Line {
  readonly http: HttpSource;
  now(): number;
  /** A random number from 0, below 1. */
  unit(): number;
  sleep(milliseconds: number): Promise<void>;
  /** Told before each wait. */
  onWait(reason: string, milliseconds: number): void;
}

const MOST_REDIRECTS = 5;

/**
 * @throws TransientError where the API is away, busy or does not take the token: what was fetched is still good;
 * another LandfallError where the page itself is wrong
 */
export async function fetchPage(url: string, api: SourceApi, line: Line): Promise<Page> {
  let [place, redirects, retries] = [url, 0, 0];
  for (;;) {
    const reply = await line.http.get(place);
    const trouble = troubleOf(reply);
    if (trouble !== undefined) {
      await waitOrGiveUp(trouble, place, retries++, line);
    } else if (reply.kind === 'failed') {
      throw new LandfallError({ code: 'api-failed', message: `${shown(place)}: ${reply.reason}` });
    } else if (reply.status === 200) {
      return readPage(reply.text, place, api);
    } else if (isRedirect(reply.status) && reply.location !== null) {
      if (++redirects > MOST_REDIRECTS) {
        const message = `${shown(url)} is redirected more than ${MOST_REDIRECTS} times`;
        throw new LandfallError({ code: 'endless-redirect', message });
      }
      place = follow(reply.location, place, 'the redirect');
    } else throw refusal(reply.status, place, api);
  }
}

interface Trouble {
  readonly reason: string;
  readonly retryAfter: string | null;
}

function troubleOf(reply: Reply): Trouble | undefined {
  if (reply.kind === 'failed') return reply.passing ? { reason: reply.reason, retryAfter: null } : undefined;
  if (!isWorthRetrying(reply.status)) return undefined;
  return { reason: `answered ${reply.status}`, retryAfter: reply.retryAfter };
}

async function waitOrGiveUp({ reason, retryAfter }: Trouble, place: string, retry: number, line: Line): Promise<void> {
  const hint = 'the next pull goes on from here';
  if (retry >= MOST_RETRIES) {
    const message = `${shown(place)}: ${reason}, ${MOST_RETRIES + 1} times in a row`;
    throw new TransientError({ code: 'api-away', message, hint });
  }
  const asked = askedWait(retryAfter, line.now());
  if (asked !== null && asked > LONGEST_ASKED) {
    const minutes = Math.ceil(asked / 60_000);
    const later = minutes > 24 * 60 ? 'no sooner than in a day' : `in ${minutes} minutes`;
    const message = `${shown(place)}: ${reason}, and wants to be asked again ${later}`;
    throw new TransientError({ code: 'api-busy', message, hint: 'come back then: the next pull goes on from here' });
  }
  const wait = waitBefore(retry, asked, () => line.unit());
  line.onWait(reason, wait);
  await line.sleep(wait);
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

function refusal(status: number, place: string, api: SourceApi): LandfallError {
  const message = `${shown(place)} answered ${status}`;
  if (status === 401 || status === 403) {
    const what = status === 401 ? 'the token is not accepted' : 'the token is not allowed to read this';
    return new TransientError({
      code: 'api-refused',
      message: `${message}: ${what}`,
      hint: `see what ${api.token} is set to`,
    });
  }
  return new LandfallError({
    code: 'api-refused',
    message: `${message}, expected 200`,
    hint: 'see the url of sourceApi',
  });
}
