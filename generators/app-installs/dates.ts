/** When installs were created: two school years, with a rush before each begins, and weekends at rest. */

import { apportion } from '../apportion.ts';
import { randomStream } from '../random.ts';
import { Sampler } from '../sampler.ts';
import { CREATION_DATES } from './calibration.ts';
import type { Reach } from './reach.ts';

const FIRST_DAY = Date.UTC(2012, 6, 1);
const DAY = 86_400_000;
const DAYS = (Date.UTC(2014, 6, 1) - FIRST_DAY) / DAY;
/** Sunday first. */
const BY_WEEKDAY = [0.05, 1, 1.1, 1.1, 1.05, 0.8, 0.08];
/** January first. */
const BY_MONTH = [1.1, 0.9, 0.8, 0.7, 0.6, 0.6, 1.3, 3.2, 2.6, 1.3, 0.8, 0.5];
/** The business grows from the first of these to the second. */
const GROWTH = [0.3, 1.7] as const;
/** An app comes out before this share of all installs was made. */
const LATEST_START = 0.85;

/** `2012-07-01` and so on, by day. */
const DATES = Array.from({ length: DAYS }, (_, day) => new Date(FIRST_DAY + day * DAY).toISOString().slice(0, 10));

export interface Creation {
  /** By install, from 0. */
  readonly day: Int32Array;
  readonly date: (day: number) => string;
  readonly lastDay: number;
}

/** Exactly as many different days as there should be; their number grows with the root of the scale, as apps do. */
export function drawCreation(seed: number, scale: number, { apps, app }: Reach): Creation {
  const random = randomStream(seed, 'install dates');
  const weights = Float64Array.from(DATES, (_, day) => dayWeight(day));
  const dates = Math.min(app.length, DAYS, Math.max(1, Math.round(CREATION_DATES * Math.sqrt(scale))));
  const chosen = new Int32Array(dates);
  new Sampler(weights).draw(dates, random, chosen);
  const more = apportion(
    app.length - dates,
    Array.from(chosen, (day) => (weights[day] ?? 0) * random.factor(1)),
  );
  const days = Array.from(chosen).flatMap((day, index) => Array<number>(1 + (more[index] ?? 0)).fill(day));
  // Each app has a start, and its installs follow: the order of installs decides which of the days each gets.
  const starts = Array.from({ length: apps }, () => LATEST_START * random.unit());
  const turns = Array.from(app, (one, install) => {
    const start = starts[one] ?? 0;
    return { install, turn: start + (1 - start) * random.unit() };
  }).sort((a, b) => a.turn - b.turn || a.install - b.install);
  const day = new Int32Array(app.length);
  for (const [place, { install }] of turns.entries()) day[install] = days[place] ?? 0;
  return { day, date: (one) => DATES[one] ?? '', lastDay: DAYS - 1 };
}

function dayWeight(day: number): number {
  const date = new Date(FIRST_DAY + day * DAY);
  const grown = GROWTH[0] + ((GROWTH[1] - GROWTH[0]) * day) / DAYS;
  return grown * (BY_WEEKDAY[date.getUTCDay()] ?? 1) * (BY_MONTH[date.getUTCMonth()] ?? 1);
}
