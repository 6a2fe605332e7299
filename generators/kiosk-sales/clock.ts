/** When kiosks sell: the days, the hours and the clocks of the US Pacific coast. */

import { apportion } from '../apportion.ts';
import type { Random } from '../random.ts';
import { PARTS_OF_DAY } from './calibration.ts';

const FIRST_DAY = Date.UTC(2017, 0, 1);
const DAY = 86_400;
const HOUR = 3_600;

/** Local days, numbered from 0, 1 January 2017. */
export const DAYS = (Date.UTC(2018, 5, 30) - FIRST_DAY) / (DAY * 1000);

const STANDARD = -8;
const SUMMER = -7;

/** From and until when, in seconds since the first day began in UTC, clocks are an hour ahead. */
const SUMMERS = [2017, 2018].map((year) => ({
  // The second Sunday of March and the first of November, each at two by the clock until then.
  from: secondsOf(nthSunday(year, 2, 2)) + (2 - STANDARD) * HOUR,
  until: secondsOf(nthSunday(year, 10, 1)) + (2 - SUMMER) * HOUR,
}));

function nthSunday(year: number, month: number, nth: number): number {
  const weekday = new Date(Date.UTC(year, month, 1)).getUTCDay();
  return Date.UTC(year, month, 1 + ((7 - weekday) % 7) + (nth - 1) * 7);
}

function secondsOf(milliseconds: number): number {
  return (milliseconds - FIRST_DAY) / 1000;
}

/** The clock's hours ahead of UTC at a moment, given in seconds since the first day began in UTC. */
export function offsetAt(seconds: number): number {
  return SUMMERS.some(({ from, until }) => seconds >= from && seconds < until) ? SUMMER : STANDARD;
}

/** Purchases by the clock's hour, up to a factor: a snack after arriving, lunch, a long afternoon, few at night. */
const BY_HOUR = [
  ...[0.08, 0.05, 0.03, 0.03, 0.06, 0.25, 0.9, 2.2, 3.2, 3.6, 3.8, 4.6],
  ...[5.6, 4.9, 4.6, 4.3, 3.6, 2.4, 1.5, 1, 0.7, 0.45, 0.3, 0.15],
];

/** Monday first. */
const BY_WEEKDAY = [1, 1.04, 1.05, 1.02, 0.82, 0.17, 0.12];
/** 1 January 2017 was a Sunday. */
const FIRST_WEEKDAY = 6;

/** The business grows from the first of these to the second, of what it sells halfway. */
const GROWTH = [0.6, 1.4] as const;
const CHRISTMAS_WEEK = 0.3;

function dayWeight(day: number): number {
  const date = new Date(FIRST_DAY + day * DAY * 1000);
  const atChristmas = date.getUTCMonth() === 11 && date.getUTCDate() >= 23;
  const grown = GROWTH[0] + ((GROWTH[1] - GROWTH[0]) * day) / DAYS;
  return grown * (BY_WEEKDAY[(day + FIRST_WEEKDAY) % 7] ?? 1) * (atChristmas ? CHRISTMAS_WEEK : 1);
}

const STEPS = 1 << 16;

/** Draws from items by weight: each stands in as many of the 65,536 places as its weight says. */
function drawTable(items: readonly number[], weights: readonly number[]): Uint16Array {
  const places = new Uint16Array(STEPS);
  let place = 0;
  for (const [index, count] of apportion(STEPS, weights).entries()) {
    places.fill(items[index] ?? 0, place, place + count);
    place += count;
  }
  return places;
}

const ALL_DAYS = Array.from({ length: DAYS }, (_, day) => day);
const DAY_TABLE = drawTable(ALL_DAYS, ALL_DAYS.map(dayWeight));

/** By part of the day in UTC, then summer and standard time: clock hours by weight. */
const HOUR_TABLES = PARTS_OF_DAY.map(({ firstHour, lastHour }) =>
  [SUMMER, STANDARD].map((offset) => {
    const hours = Array.from(
      { length: lastHour - firstHour + 1 },
      (_, index) => (firstHour + index + offset + 24) % 24,
    );
    return drawTable(
      hours,
      hours.map((hour) => BY_HOUR[hour] ?? 0),
    );
  }),
);

export function drawDay(random: Random): number {
  return DAY_TABLE[random.u32() >>> 16] ?? 0;
}

/**
 * A moment on a local day whose hour in UTC is in a part of the day (its place in PARTS_OF_DAY), in seconds since the
 * first day began in UTC.
 */
export function drawMoment(random: Random, day: number, part: number): number {
  // The offset at noon: on the two days a year on which clocks change, the clock may read an hour more or less.
  const offset = offsetAt(day * DAY + 20 * HOUR);
  const table = HOUR_TABLES[part]?.[offset === SUMMER ? 0 : 1];
  const bits = random.u32();
  const second = Math.floor(((bits & 0xffff) * HOUR) / STEPS);
  return day * DAY + ((table?.[bits >>> 16] ?? 0) - offset) * HOUR + second;
}

const TWO_DIGITS = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));
const DATES = Array.from({ length: DAYS + 1 }, (_, day) =>
  new Date(FIRST_DAY + day * DAY * 1000).toISOString().slice(0, 10),
);

/** `2017-12-06 22:06:36-08`: what the clock reads at a moment, and its offset. */
export function clockText(seconds: number): string {
  const offset = offsetAt(seconds);
  const local = seconds + offset * HOUR;
  const day = Math.floor(local / DAY);
  const rest = local - day * DAY;
  const hour = (rest / HOUR) | 0;
  const minute = ((rest - hour * HOUR) / 60) | 0;
  const digits = (number: number) => TWO_DIGITS[number] ?? '';
  return `${DATES[day]} ${digits(hour)}:${digits(minute)}:${digits(rest - hour * HOUR - minute * 60)}-0${-offset}`;
}
