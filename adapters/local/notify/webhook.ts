/** A run's outcome as the body of a POST. The address is a secret, for whoever has it can write there: only its host is told. */

import { setTimeout as sleep } from 'node:timers/promises';
import { isSafe } from '../../../core/pull/links.ts';
import { askedWait, isWorthRetrying, waitBefore } from '../../../core/pull/retry.ts';
import { isToken } from '../../shared/http-source.ts';
import { lineFailure } from '../../shared/line-failure.ts';
import type { Hook } from './hook.ts';

export interface WebhookLimits {
  /** Milliseconds for one try. */
  readonly timeout: number;
  /** The first try not counted. */
  readonly retries: number;
  /** Milliseconds that a server may ask for between two tries. */
  readonly longestWait: number;
}

const LIMITS: WebhookLimits = { timeout: 10_000, retries: 2, longestWait: 10_000 };

/** @param token sent as a bearer token; empty for none */
export function callWebhook(address: string, token: string, limits: WebhookLimits = LIMITS): Hook {
  return async (outcome) => {
    if (!URL.canParse(address)) return 'LANDFALL_WEBHOOK_URL is no address, expected https://…';
    const url = new URL(address);
    if (!isSafe(url)) return `LANDFALL_WEBHOOK_URL, at ${url.host}, is not https, and not http on this machine`;
    if (url.username !== '' || url.password !== '') return 'LANDFALL_WEBHOOK_URL has a user or a password in it';
    if (token !== '' && !isToken(token)) return 'LANDFALL_WEBHOOK_TOKEN has a character that no token has';
    const body = JSON.stringify(outcome);
    for (let retry = 0; ; retry++) {
      const { isPassing, reason, asked } = await post(url, token, body, limits.timeout);
      if (reason === null) return null;
      if (!isPassing) return `the webhook at ${url.host} ${reason}`;
      if (retry === limits.retries) return `the webhook at ${url.host} ${reason}, ${retry + 1} times in a row`;
      await sleep(waitBefore(retry, Math.min(asked ?? 0, limits.longestWait), Math.random));
    }
  };
}

interface Answer {
  /** Null where it took the outcome. */
  readonly reason: string | null;
  readonly isPassing: boolean;
  /** Milliseconds. */
  readonly asked: number | null;
}

async function post(url: URL, token: string, body: string, timeout: number): Promise<Answer> {
  try {
    const {
      status,
      headers,
      body: answer,
    } = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'landfall',
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      },
      body,
      // It may lead anywhere, and would take the outcome and the token with it.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeout),
    });
    await answer?.cancel();
    const asked = askedWait(headers.get('retry-after'), Date.now());
    if (status >= 200 && status < 300) return { reason: null, isPassing: false, asked };
    const reason = `answered ${status}${status >= 300 && status < 400 ? ', a redirect, which is not followed' : ''}`;
    return { reason, isPassing: isWorthRetrying(status), asked };
  } catch (error) {
    const { passing, reason } = lineFailure(error, timeout);
    return { reason: `did not answer: ${reason}`, isPassing: passing, asked: null };
  }
}
