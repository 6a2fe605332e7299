/** What the real files are like, so that generated ones are like them: counts at scale 1, shares, rounded quantiles. */

import { dayOf } from './days.ts';

/** The two quarters that are compared. */
export const QUARTERS = [2021, 2022].map((year) => ({ first: dayOf(year, 4, 1), last: dayOf(year, 6, 30) }));

/** By quarter: whether they watched anything in it, and whether a subscription covers a day of it. */
export interface Cohort {
  readonly students: number;
  readonly watched: readonly [boolean, boolean];
  readonly paid: readonly [boolean, boolean];
}

export const COHORTS: readonly Cohort[] = [
  { students: 5213, watched: [true, false], paid: [false, false] },
  { students: 1786, watched: [true, false], paid: [true, false] },
  { students: 5931, watched: [false, true], paid: [false, false] },
  { students: 2270, watched: [false, true], paid: [false, true] },
  { students: 65, watched: [true, true], paid: [false, false] },
  { students: 59, watched: [true, true], paid: [true, false] },
  { students: 56, watched: [true, true], paid: [false, true] },
  { students: 460, watched: [true, true], paid: [true, true] },
  // They have a certificate, though nobody saw them watch.
  { students: 7, watched: [false, false], paid: [false, false] },
];

/** Students of all cohorts. */
export const STUDENTS = 15_847;

/** A curve through points, by rising x. */
export type Curve = readonly (readonly [x: number, y: number])[];

/** Minutes watched in a quarter, by the share of the group's students who watched less: by quarter, free and paying. */
export const MINUTES: readonly (readonly [free: Curve, paying: Curve])[] = [
  [
    quantiles(0.02, [0.05, 0.067, 0.1, 0.28, 0.63, 1.2, 2.9, 6.1, 11, 23.2, 52, 72, 113, 167, 595, 1600]),
    quantiles(0.02, [0.08, 0.6, 4.6, 20, 48, 96, 166, 265, 410, 620, 1020, 1500, 2540, 3390, 6460, 14_000]),
  ],
  [
    quantiles(0.02, [0.05, 0.12, 0.23, 0.58, 1.2, 2.4, 5.1, 8.9, 16.9, 30.5, 48.6, 73, 115, 170, 393, 4000]),
    quantiles(0.02, [0.16, 1.9, 5.9, 20, 41, 72, 123, 188, 312, 490, 870, 1370, 2020, 2510, 4680, 6500]),
  ],
];

function quantiles(least: number, minutes: readonly number[]): Curve {
  const shares = [0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.998, 1];
  return [[0, least], ...shares.map((share, index) => [share, minutes[index] ?? 0] as const)];
}

/** The most records of one student and quarter; who watched little has fewer, one for so many minutes. */
export const MOST_RECORDS = 12;
export const MINUTES_A_RECORD = 1.3;
/** Pairs of equal records. */
export const EQUAL_PAIRS = 2;

/** The share of students with certificates, by minutes watched in the second quarter: free, then paying. */
export const CERTIFIED: readonly [free: Curve, paying: Curve] = [
  [
    [60, 0],
    [120, 0.03],
    [600, 0.1],
  ],
  [
    [15, 0],
    [30, 0.02],
    [95, 0.07],
    [155, 0.18],
    [245, 0.24],
    [400, 0.45],
    [650, 0.6],
    [1600, 0.75],
  ],
];
/** Certificates beyond the first, for each minute watched up to so many: the median. */
export const CERTIFICATES_A_MINUTE = 0.0017;
export const MINUTES_THAT_CERTIFY = 3000;
export const MOST_CERTIFICATES = 35;

/** Plans as their file numbers them: by share among kept and among refunded purchases. */
export const PLANS = [
  { months: 1, kept: 0.55, refunded: 0.29 },
  { months: 3, kept: 0.295, refunded: 0.36 },
  { months: 12, kept: 0.155, refunded: 0.35 },
] as const;
/** Of the students who pay in both quarters, those with one annual plan. */
export const ANNUAL_FOR_BOTH = 0.28;
/** Of the students who never pay, those who had bought a plan and were given their money back. */
export const REFUNDED_SHARE = 0.061;
export const LONGEST_REFUND_DAYS = 14;

/** Between registration and what a student does first, in days: the median. */
export const DAYS_REGISTERED_BEFORE = 22;
export const FIRST_REGISTRATION = dayOf(2020, 1, 1);
/** How far an id's place among all may be from its registration's, in days. */
export const ID_JITTER_DAYS = 500;
/** The mean distance of two ids is about half of this. */
export const WIDEST_ID_GAP = 34;

export const FIRST_PURCHASE_ID = 15_000;
export const FIRST_CERTIFICATE_ID = 70_000;
