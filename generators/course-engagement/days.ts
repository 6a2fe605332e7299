/** Days as whole numbers from 0, 1 January 2020. */

const DAY = 86_400_000;
const FIRST = Date.UTC(2020, 0, 1);

/** The day's number; months and days count from 1. */
export function dayOf(year: number, month: number, day: number): number {
  return (Date.UTC(year, month - 1, day) - FIRST) / DAY;
}

/** `2021-04-01` */
export function dayText(day: number): string {
  return new Date(FIRST + day * DAY).toISOString().slice(0, 10);
}
