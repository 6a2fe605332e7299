/** What was published of the installs: at scale 1 the generated ones have exactly these counts. */

export type Count = readonly [value: number, count: number];

/** How many districts have so many apps. They add up to 1680 districts and, which the published text has as 2239, 2339. */
export const DISTRICTS_BY_APPS: readonly Count[] = [
  [1, 1336],
  [2, 223],
  [3, 57],
  [4, 27],
  [5, 11],
  [6, 7],
  [7, 10],
  ...[8, 9, 10, 11, 12, 13, 15, 16, 17].map((apps): Count => [apps, 1]),
];

export const DISTRICTS = sum(DISTRICTS_BY_APPS.map(([, districts]) => districts));
export const INSTALLS = sum(DISTRICTS_BY_APPS.map(([apps, districts]) => apps * districts));

export const APPS = 94;

/** How many apps are in so many districts, both ends included: 37 in more than ten, 8 of them in more than 100. */
export const APPS_BY_DISTRICTS = [
  { apps: 24, from: 1, to: 1 },
  { apps: 33, from: 2, to: 10 },
  { apps: 29, from: 11, to: 100 },
  { apps: 7, from: 101, to: 284 },
  { apps: 1, from: 285, to: 285 },
] as const;

/** Different days on which installs were created. */
export const CREATION_DATES = 460;

/** The classes of one district, and the mean and the standard deviation of their students. */
export const CLASSES = 382;
export const MEAN_STUDENTS = 25.5;
export const STUDENTS_DEVIATION = 6.7;

export function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
