import { describe, expect, it } from '@jest/globals';
import { districtsCsv, makeDistricts } from '../../generators/districts.ts';
import { parseCsv } from './sample.ts';

const SEEDS = [0, 1, 2, 3, 4, 5, 42, 2 ** 40];
const FIFTH = /^(\[0, 0\.2\[|\[0\.2, 0\.4\[|\[0\.4, 0\.6\[|\[0\.6, 0\.8\[|\[0\.8, 1\[)$/;

function column(records: readonly (readonly string[])[], index: number): string[] {
  return records.map((record) => record[index] ?? 'missing field');
}

describe('makeDistricts', () => {
  it('leaves the first districts as they are when there are more', () => {
    expect(makeDistricts(3, 40).slice(0, 12)).toEqual(makeDistricts(3, 12));
  });

  it('shows every locale and at least five states in the smallest sample already', () => {
    for (const seed of SEEDS) {
      const infos = makeDistricts(seed, 12).map(({ info }) => info);
      const states = new Set(infos.map(({ state }) => state));
      expect(states.size).toBeGreaterThanOrEqual(6);
      expect(states).toContain('NaN');
      expect([...new Set(infos.map(({ locale }) => locale))]).toEqual(
        expect.arrayContaining(['City', 'Rural', 'Suburb', 'Town']),
      );
    }
  });

  it('lets some districts leave, some come late, and most stay the whole year', () => {
    for (const seed of SEEDS) {
      const districts = makeDistricts(seed, 233);
      const share = (holds: (district: (typeof districts)[number]) => boolean) => districts.filter(holds).length / 233;
      expect(share(({ lastDay }) => lastDay < 320)).toBeGreaterThan(0.05);
      expect(share(({ lastDay }) => lastDay < 320)).toBeLessThan(0.16);
      expect(share(({ firstDay }) => firstDay > 30)).toBeGreaterThan(0.04);
      expect(share(({ firstDay }) => firstDay > 30)).toBeLessThan(0.1);
      expect(share(({ firstDay, lastDay }) => firstDay === 0 && lastDay === 365)).toBeGreaterThan(0.7);
      expect(districts.every(({ firstDay, lastDay }) => firstDay < lastDay)).toBe(true);
    }
  });
});

describe('districtsCsv', () => {
  const text = districtsCsv(makeDistricts(1, 233));
  const [header, ...records] = parseCsv(text);

  it('has the published form', () => {
    expect(header?.join()).toBe(
      'district_id,state,locale,pct_black/hispanic,pct_free/reduced,county_connections_ratio,pp_total_raw',
    );
    expect(text).toMatch(/\r\n\d{4},Utah,(Suburb|Town|Rural|City),"\[0(\.2)?, 0\.[24]\[",/);
    expect(text).toMatch(/\r\n\d{4},NaN,NaN,NaN,NaN,NaN,NaN\r\n/);
    expect(text.endsWith('\n')).toBe(false);
  });

  it('has the published number of districts, 57 of them unknown, each with an id of its own', () => {
    expect(records).toHaveLength(233);
    expect(records.every((record) => record.length === 7)).toBe(true);
    expect(new Set(column(records, 0)).size).toBe(233);
    expect(records.filter((record) => record.slice(1).every((field) => field === 'NaN'))).toHaveLength(57);
    expect(column(records, 1)).toEqual([...column(records, 1)].sort());
  });

  it('has the published intervals, and empty fields where they are unknown', () => {
    const known = records.filter((record) => record[1] !== 'NaN');
    const empty = (index: number) => column(known, index).filter((field) => field === '').length / known.length;
    for (const index of [3, 4]) {
      expect(column(known, index).every((field) => field === '' || FIFTH.test(field))).toBe(true);
    }
    expect(column(known, 5).every((field) => ['', '[0.18, 1[', '[1, 2['].includes(field))).toBe(true);
    expect(column(known, 6).every((field) => field === '' || /^\[\d{4,5}, \d{4,5}\[$/.test(field))).toBe(true);
    // Of the 176 real ones: 28, 14 and 58.
    expect(empty(3)).toBe(0);
    expect(empty(4)).toBeGreaterThan(0.08);
    expect(empty(4)).toBeLessThan(0.3);
    expect(empty(5)).toBeLessThan(0.16);
    expect(empty(6)).toBeGreaterThan(0.2);
    expect(empty(6)).toBeLessThan(0.45);
  });
});
