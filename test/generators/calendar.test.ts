import { describe, expect, it } from '@jest/globals';
import { activityByDay, breadthOf, DATES, dayOf, drawSchoolYear, periodOf } from '../../generators/calendar.ts';
import { randomStream } from '../../generators/random.ts';
import { dayNumber, weekdayOf } from './sample.ts';

const years = Array.from({ length: 200 }, (_, seed) => drawSchoolYear(randomStream(seed, 'year')));

describe('calendar', () => {
  it('has the 366 days of 2020 in order', () => {
    expect(DATES).toHaveLength(366);
    expect(DATES.map(dayNumber)).toEqual(DATES.map((_, day) => day));
    expect(dayOf('12-31')).toBe(365);
    expect(() => dayOf('02-30')).toThrow(RangeError);
  });

  it('is used most on school days, less at weekends, least on holidays, in every school year', () => {
    for (const year of years) {
      const activity = activityByDay(year);
      const on = (date: string) => activity[dayOf(date)] ?? NaN;
      expect(on('02-09')).toBeLessThan(on('02-11') * 0.25);
      expect(on('11-26')).toBeLessThan(on('11-19') * 0.2);
      expect(on('01-20')).toBeLessThan(on('01-21') * 0.25);
      expect(on('12-25')).toBeLessThan(on('12-15') * 0.1);
      expect(on('07-14')).toBeLessThan(on('02-11') * 0.25);
    }
  });

  it('breaks off when schools close, then recovers, and is higher in autumn', () => {
    for (const year of years) {
      const activity = activityByDay(year);
      const on = (date: string) => activity[dayOf(date)] ?? NaN;
      expect(on('03-17')).toBeLessThan(on('03-10') * 0.7);
      expect(on('04-28')).toBeGreaterThan(on('03-17'));
      expect(on('05-19')).toBeLessThan(on('04-28'));
      expect(on('10-20')).toBeGreaterThan(on('04-28') * 0.85);
    }
  });

  it('is above 0 every day, with weekdays of the true calendar', () => {
    for (const year of years.slice(0, 5)) {
      const activity = activityByDay(year);
      expect(Math.min(...activity)).toBeGreaterThan(0);
      const mondaysAndSundays = [...activity.entries()].filter(([day]) => day > 30 && day < 70);
      const mean = (weekday: number) => {
        const values = mondaysAndSundays.filter(([day]) => weekdayOf(day) === weekday).map(([, value]) => value);
        return values.reduce((all, value) => all + value, 0) / values.length;
      };
      expect(mean(5)).toBeLessThan(mean(4) * 0.3);
      expect(mean(6)).toBeLessThan(mean(0) * 0.3);
    }
  });

  it('divides the year into four periods in order', () => {
    for (const year of years) {
      const periods = DATES.map((_, day) => periodOf(day, year));
      const runs = periods.filter((period, day) => period !== periods[day - 1]);
      expect(runs).toEqual(['winter', 'closure', 'summer', 'autumn']);
    }
  });

  it('lets the number of products shrink less than their use', () => {
    expect(breadthOf(0.13) / breadthOf(1)).toBeGreaterThan(0.4);
    expect(breadthOf(0.13)).toBeLessThan(breadthOf(1));
  });
});
