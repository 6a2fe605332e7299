import type { Random } from './random.ts';

/** 2020, a leap year. Days are numbered from 0, 1 January. */
export const DAYS = 366;

const MONTH_LENGTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** `2020-01-01` and so on, by day. */
export const DATES: readonly string[] = MONTH_LENGTHS.flatMap((length, month) =>
  Array.from({ length }, (_, day) => `2020-${pad(month + 1)}-${pad(day + 1)}`),
);

function pad(number: number): string {
  return String(number).padStart(2, '0');
}

/** The number of a day, given as `MM-DD`. */
export function dayOf(monthAndDay: string): number {
  const day = DATES.indexOf(`2020-${monthAndDay}`);
  if (day < 0) {
    throw new RangeError(`2020 has no day ${monthAndDay}`);
  }
  return day;
}

/** Parts of the year in which products are used differently. */
export const PERIODS = ['winter', 'closure', 'summer', 'autumn'] as const;
export type Period = (typeof PERIODS)[number];
export type ByPeriod<T> = Readonly<Record<Period, T>>;

export function byPeriod<T>(make: (period: Period) => T): ByPeriod<T> {
  return { winter: make('winter'), closure: make('closure'), summer: make('summer'), autumn: make('autumn') };
}

/** When a district teaches, and how the closing of its schools changed it. */
export interface SchoolYear {
  /** The first day of the summer holidays. */
  readonly summer: number;
  /** The first school day of autumn. */
  readonly autumn: number;
  /** The Monday of spring break. */
  readonly springBreak: number;
  /** The first day of the winter holidays. */
  readonly winterBreak: number;
  /** Use while schools were closed in spring, of that before. */
  readonly closureLevel: number;
  /** Use in autumn, of an average district's. */
  readonly autumnLevel: number;
}

export function drawSchoolYear(random: Random): SchoolYear {
  return {
    summer: random.integer(dayOf('05-22'), dayOf('06-15')),
    autumn: random.integer(dayOf('08-13'), dayOf('09-08')),
    springBreak: dayOf(random.pick(['03-23', '04-06', '04-13', '04-20'])),
    winterBreak: random.integer(dayOf('12-19'), dayOf('12-24')),
    closureLevel: random.between(0.75, 1.25),
    autumnLevel: random.between(0.85, 1.15),
  };
}

export function periodOf(day: number, year: SchoolYear): Period {
  if (day < dayOf('03-14')) {
    return 'winter';
  }
  if (day < year.summer) {
    return 'closure';
  }
  return day < year.autumn ? 'summer' : 'autumn';
}

/** Use by weekday, Monday first, of a Tuesday's. */
const WEEKDAYS = [0.95, 1, 0.97, 0.98, 0.9, 0.13, 0.12];

/** 1 January 2020 was a Wednesday. */
const FIRST_WEEKDAY = 2;

/** Days without school, or with less, everywhere: of a school day's use. */
const HOLIDAYS: ReadonlyMap<number, number> = new Map(
  [
    ['01-20', 0.15], // Martin Luther King Jr. Day
    ['02-17', 0.17], // Presidents' Day
    ['04-10', 0.4], // Good Friday
    ['05-25', 0.13], // Memorial Day
    ['07-03', 0.6], // Independence Day, observed
    ['09-07', 0.13], // Labor Day
    ['10-12', 0.7], // Columbus or Indigenous Peoples' Day, kept by some
    ['11-03', 0.8], // Election Day, kept by some
    ['11-11', 0.65], // Veterans Day, kept by some
    ['11-25', 0.4], // Thanksgiving
    ['11-26', 0.1],
    ['11-27', 0.1],
  ].map(([day, share]) => [dayOf(String(day)), Number(share)]),
);

const NEW_YEAR_BREAK_END = dayOf('01-06');
const WINTER_BREAK_USE = 0.07;
const SPRING_BREAK_USE = 0.3;

/**
 * Use on each of the 366 days; 1 is an average school day of early March. Rises through the winter, breaks off in the
 * week in which schools closed, recovers online, declines towards the summer and is highest in autumn.
 */
export function activityByDay(year: SchoolYear): Float64Array {
  const level = interpolate(levelKnots(year));
  return Float64Array.from(
    level,
    (value, day) => value * (WEEKDAYS[(day + FIRST_WEEKDAY) % 7] ?? 1) * holidayShare(day, year),
  );
}

function holidayShare(day: number, year: SchoolYear): number {
  if (day < NEW_YEAR_BREAK_END || day >= year.winterBreak) {
    return WINTER_BREAK_USE;
  }
  if (day >= year.springBreak && day < year.springBreak + 5) {
    return SPRING_BREAK_USE;
  }
  return HOLIDAYS.get(day) ?? 1;
}

type Knot = readonly [day: number, level: number];

function levelKnots({ summer, autumn, closureLevel, autumnLevel }: SchoolYear): readonly Knot[] {
  return [
    [0, 0.5],
    [dayOf('02-03'), 0.7],
    [dayOf('03-02'), 1],
    [dayOf('03-13'), 1.05],
    [dayOf('03-16'), 0.6],
    [dayOf('03-20'), 0.6],
    [dayOf('03-24'), 0.95 * closureLevel],
    [dayOf('04-27'), 1.08 * closureLevel],
    [summer, 0.7 * closureLevel],
    [summer + 10, 0.12],
    [summer + 20, 0.06],
    [autumn - 7, 0.07],
    [autumn, 0.7 * autumnLevel],
    [autumn + 14, 1.25 * autumnLevel],
    [autumn + 35, 1.45 * autumnLevel],
    [DAYS, 1.8 * autumnLevel],
  ];
}

/** Straight lines between knots that rise in day and span the year. */
function interpolate(knots: readonly Knot[]): Float64Array {
  const levels = new Float64Array(DAYS);
  let [fromDay, fromLevel] = [0, 0];
  for (const [toDay, toLevel] of knots) {
    for (let day = fromDay; day < toDay; day++) {
      levels[day] = fromLevel + ((toLevel - fromLevel) * (day - fromDay)) / (toDay - fromDay);
    }
    [fromDay, fromLevel] = [toDay, toLevel];
  }
  return levels;
}

/**
 * Products in use on a day of such activity, up to a factor: use shrinks far more at weekends than the number of
 * products that anyone opens. The line through the published districts' school days, weekends and summers.
 */
export function breadthOf(activity: number): number {
  return 6 + 23 * Math.sqrt(activity);
}
