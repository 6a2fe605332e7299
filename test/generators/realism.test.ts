import { describe, expect, it } from '@jest/globals';
import { dayNumber, quantile, readSample, sum, weekdayOf } from './sample.ts';

// In brackets beside each range: what the 24 real districts have.
const { engagement, products } = readSample(0.05, 1);
const { district, day, product, pctAccess, engagementIndex } = engagement;
const rows = day.length;
const listed = new Set(products.map(([id]) => Number(id)));

/** Engagement index and rows by day. */
const pagesByDay = new Float64Array(366);
const rowsByDay = new Float64Array(366);
const pagesByProduct = new Map<number, number>();
for (let row = 0; row < rows; row++) {
  const pages = engagementIndex[row] || 0;
  const on = day[row] ?? 0;
  pagesByDay[on] = (pagesByDay[on] ?? 0) + pages;
  rowsByDay[on] = (rowsByDay[on] ?? 0) + 1;
  const id = product[row] ?? NaN;
  pagesByProduct.set(id, (pagesByProduct.get(id) ?? 0) + pages);
}

/** Mean over the days of a span (both `MM-DD` included) of a kind. */
function mean(byDay: Float64Array, from: string, to: string, kind: 'weekday' | 'weekend' = 'weekday'): number {
  const days = [...byDay.keys()].filter((number) => {
    const inside = number >= dayNumber(`2020-${from}`) && number <= dayNumber(`2020-${to}`);
    return inside && weekdayOf(number) >= 5 === (kind === 'weekend');
  });
  return sum(days.map((number) => byDay[number] ?? 0)) / days.length;
}

function share(holds: (row: number) => boolean): number {
  let count = 0;
  for (let row = 0; row < rows; row++) {
    count += holds(row) ? 1 : 0;
  }
  return count / rows;
}

function expectBetween(value: number, low: number, high: number): void {
  expect(value).toBeGreaterThan(low);
  expect(value).toBeLessThan(high);
}

describe('the rhythm of the year', () => {
  it('covers all 366 days', () => {
    expect([...rowsByDay].every((count) => count > 0)).toBe(true);
  });

  it('is weak at weekends, in pages (0.16 of weekdays) more than in rows (0.53)', () => {
    const ratio = (byDay: Float64Array) =>
      mean(byDay, '01-01', '12-31', 'weekend') / mean(byDay, '01-01', '12-31', 'weekday');
    expectBetween(ratio(pagesByDay), 0.1, 0.25);
    expectBetween(ratio(rowsByDay), 0.4, 0.65);
  });

  it('pauses on holidays: Martin Luther King (0.17), Memorial (0.21), Labor (0.16) and Thanksgiving (0.11)', () => {
    const around = (from: string, to: string, holiday: string) =>
      mean(pagesByDay, holiday, holiday) / mean(pagesByDay, from, to);
    expectBetween(around('01-13', '01-31', '01-20'), 0.05, 0.4);
    expectBetween(around('05-18', '05-22', '05-25'), 0.05, 0.4);
    expectBetween(around('09-08', '09-18', '09-07'), 0.05, 0.4);
    expectBetween(around('11-12', '11-20', '11-26'), 0.03, 0.25);
  });

  it('is low in the winter break (0.05 of the week before) and in summer (0.09 of February)', () => {
    expectBetween(mean(pagesByDay, '12-25', '12-31') / mean(pagesByDay, '12-07', '12-11'), 0.02, 0.15);
    expectBetween(mean(pagesByDay, '07-01', '07-31') / mean(pagesByDay, '02-01', '02-29'), 0.05, 0.25);
  });

  it('breaks off when schools close (0.59 of the week before), recovers online (1.03) and declines by June (0.34)', () => {
    const before = mean(pagesByDay, '03-09', '03-13');
    expectBetween(mean(pagesByDay, '03-16', '03-20') / before, 0.4, 0.85);
    expectBetween(mean(pagesByDay, '04-27', '05-01') / before, 0.85, 1.35);
    expectBetween(mean(pagesByDay, '06-08', '06-12') / before, 0.1, 0.6);
  });

  it('is higher in autumn than in spring, in pages (1.5) and in rows (1.2)', () => {
    expectBetween(mean(pagesByDay, '09-21', '12-11') / mean(pagesByDay, '03-23', '05-22'), 1.25, 2);
    expectBetween(mean(rowsByDay, '09-21', '12-11') / mean(rowsByDay, '03-23', '05-22'), 1.05, 1.5);
  });
});

describe('the rows', () => {
  it('have each product once a day and district', () => {
    const keys = new Set<number>();
    let withoutProduct = 0;
    for (let row = 0; row < rows; row++) {
      const id = product[row] ?? NaN;
      withoutProduct += Number.isNaN(id) ? 1 : 0;
      keys.add(((district[row] ?? 0) * 366 + (day[row] ?? 0)) * 100_000 + (Number.isNaN(id) ? 0 : id));
    }
    expect(keys.size).toBe(rows);
    // 27 of 1.6 million rows in 24 districts.
    expectBetween(withoutProduct, 5, 120);
  });

  it('are for unlisted products in about two of five cases (0.42), but not so their pages (0.16)', () => {
    expectBetween(
      share((row) => !listed.has(product[row] ?? NaN)),
      0.37,
      0.47,
    );
    const unlisted = [...pagesByProduct].filter(([id]) => !listed.has(id)).map(([, pages]) => pages);
    expectBetween(sum(unlisted) / sum(pagesByProduct.values()), 0.08, 0.32);
  });

  it('have no engagement index exactly where no student used the product (0.25), or nothing is known (0.0015)', () => {
    expectBetween(
      share((row) => pctAccess[row] === 0),
      0.18,
      0.32,
    );
    expectBetween(
      share((row) => Number.isNaN(pctAccess[row])),
      0.0001,
      0.004,
    );
    const mismatches = share((row) => !((pctAccess[row] ?? 0) > 0) !== Number.isNaN(engagementIndex[row]));
    expect(mismatches).toBe(0);
  });

  it('have percentages from 0 to 100 (95.29), mostly tiny: a 99th percentile of 13.5', () => {
    expect(pctAccess.every((pct) => Number.isNaN(pct) || (pct >= 0 && pct <= 100))).toBe(true);
    expectBetween(quantile(pctAccess, 0.5), 0.01, 0.2);
    expectBetween(quantile(pctAccess, 0.99), 8, 45);
  });

  it('have a skewed engagement index: median 3.4, 90th percentile 136, largest 142,743', () => {
    expectBetween(quantile(engagementIndex, 0), 0.01, 1);
    expectBetween(quantile(engagementIndex, 0.5), 1.5, 40);
    expectBetween(quantile(engagementIndex, 0.9) / quantile(engagementIndex, 0.5), 15, 120);
    expectBetween(quantile(engagementIndex, 1), 50_000, 900_000);
  });
});

describe('the products', () => {
  it('have a long tail: the first ten have most of the pages (0.72), the first hundred nearly all (0.94)', () => {
    const pages = [...pagesByProduct.values()].sort((a, b) => b - a);
    const first = (count: number) => sum(pages.slice(0, count)) / sum(pages);
    expectBetween(first(1), 0.1, 0.4);
    expectBetween(first(10), 0.55, 0.85);
    expectBetween(first(100), 0.9, 0.995);
    expect(pages.length).toBeGreaterThan(2000);
  });

  it('are nearly all used somewhere (369 of 372)', () => {
    expect([...listed].filter((id) => pagesByProduct.has(id)).length).toBeGreaterThan(360);
  });

  it('meet by video only once schools have closed', () => {
    const video = new Set(
      products.filter((record) => record[5]?.includes('Video Conferencing')).map(([id]) => Number(id)),
    );
    const pages = (from: string, to: string) => {
      const [first, last] = [dayNumber(`2020-${from}`), dayNumber(`2020-${to}`)];
      const inside = (row: number) => (day[row] ?? 0) >= first && (day[row] ?? 0) <= last;
      return sum(engagementIndex.map((index, row) => (inside(row) && video.has(product[row] ?? 0) ? index || 0 : 0)));
    };
    expect(pages('04-13', '04-24')).toBeGreaterThan(4 * pages('02-03', '02-14'));
  });
});
