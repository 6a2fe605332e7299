import { describe, expect, it } from '@jest/globals';
import { askedWait, isWorthRetrying, waitBefore } from '../../../core/pull/retry.ts';

it('asks again what may pass', () => {
  expect([408, 425, 429, 500, 502, 503, 599].filter(isWorthRetrying)).toHaveLength(7);
  expect([200, 301, 400, 401, 403, 404, 410].filter(isWorthRetrying)).toEqual([]);
});

describe('the wait', () => {
  it('doubles up to half a minute, half of it by chance', () => {
    const waits = (unit: number) => [0, 1, 2, 5, 6, 20].map((retry) => waitBefore(retry, null, () => unit));
    expect(waits(0)).toEqual([250, 500, 1000, 8000, 15_000, 15_000]);
    expect(waits(0.5)).toEqual([375, 750, 1500, 12_000, 22_500, 22_500]);
  });

  it('is never shorter than what was asked for', () => {
    expect(waitBefore(0, 7000, () => 0)).toBe(7000);
    expect(waitBefore(2, 10, () => 0)).toBe(1000);
  });
});

describe('Retry-After', () => {
  const now = Date.UTC(1994, 10, 6, 8, 49, 7);
  it.each([
    ['12', 12_000],
    ['0', 0],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 30_000],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 30_000],
    ['Sun Nov  6 08:49:37 1994', 30_000],
    ['Sun, 06 Nov 1994 08:00:00 GMT', 0],
    ['soon', null],
    ['-1', null],
    ['1.5', null],
    ['', null],
    [null, null],
  ])('%s', (header, wait) => expect(askedWait(header, now)).toBe(wait));
});
