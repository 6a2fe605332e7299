/** Every student with all that the files tell of them. */

import { apportion } from '../apportion.ts';
import { type Random, randomStream } from '../random.ts';
import {
  CERTIFICATES_A_MINUTE,
  CERTIFIED,
  COHORTS,
  type Cohort,
  DAYS_REGISTERED_BEFORE,
  EQUAL_PAIRS,
  FIRST_REGISTRATION,
  ID_JITTER_DAYS,
  MINUTES,
  MINUTES_A_RECORD,
  MINUTES_THAT_CERTIFY,
  MOST_CERTIFICATES,
  MOST_RECORDS,
  QUARTERS,
  STUDENTS,
  WIDEST_ID_GAP,
} from './calibration.ts';
import { at } from './curve.ts';
import { drawPurchases, type Purchase } from './subscriptions.ts';

/** Days are numbered as in `days.ts`. */
export interface Student {
  readonly id: number;
  readonly registered: number;
  readonly purchases: readonly Purchase[];
  readonly watched: readonly Watched[];
  /** The day on which each certificate was issued. */
  readonly certificates: readonly number[];
}

export interface Watched {
  readonly day: number;
  readonly seconds: number;
}

type Unnumbered = Omit<Student, 'id'>;

/** By rising id. */
export function drawStudents(seed: number, scale: number): readonly Student[] {
  const total = Math.max(1, Math.round(STUDENTS * scale));
  const counts = apportion(
    total,
    COHORTS.map(({ students }) => students),
  );
  const cohorts = COHORTS.flatMap((cohort, index) => Array<Cohort>(counts[index] ?? 0).fill(cohort));
  const minutes = QUARTERS.map((_, quarter) => drawMinutes(seed, cohorts, quarter));
  const random = randomStream(seed, 'course students');
  const students = cohorts.map((cohort, index) => {
    const byQuarter = minutes.map((quarter) => quarter[index] ?? 0);
    return drawStudent(random, cohort, byQuarter);
  });
  return numbered(seed, withEqualPairs(students));
}

/**
 * Minutes of each student in a quarter, 0 where the cohort does not watch. Each group's quantiles are drawn evenly, so
 * that its mean is near that of the real one in small samples too.
 */
function drawMinutes(seed: number, cohorts: readonly Cohort[], quarter: number): Float64Array {
  const minutes = new Float64Array(cohorts.length);
  const random = randomStream(seed, `course minutes ${quarter}`);
  for (const isPaying of [false, true]) {
    const places = cohorts.flatMap(({ watched, paid }, index) =>
      watched[quarter] && paid[quarter] === isPaying ? [index] : [],
    );
    const curve = MINUTES[quarter]?.[isPaying ? 1 : 0] ?? [];
    for (const [rank, place] of random.shuffled(places).entries()) {
      minutes[place] = at(curve, (rank + random.unit()) / places.length);
    }
  }
  return minutes;
}

function drawStudent(random: Random, cohort: Cohort, minutes: readonly number[]): Unnumbered {
  const purchases = drawPurchases(random, cohort);
  const watched = QUARTERS.flatMap((quarter, index) =>
    cohort.watched[index] ? drawWatched(random, minutes[index] ?? 0, quarter) : [],
  );
  const certificates = drawCertificates(random, cohort, minutes);
  const days = [...purchases, ...watched].map(({ day }) => day);
  const first = Math.min(...days, ...certificates, QUARTERS[1]?.last ?? 0);
  const before = Math.floor(DAYS_REGISTERED_BEFORE * random.factor(1));
  return { registered: Math.max(FIRST_REGISTRATION, first - before), purchases, watched, certificates };
}

/** The minutes in records of at least a second each, no two of them equal. */
function drawWatched(random: Random, minutes: number, quarter: { first: number; last: number }): readonly Watched[] {
  const seconds = Math.max(1, Math.round(minutes * 60));
  const most = Math.min(MOST_RECORDS, seconds, 1 + Math.floor(minutes / MINUTES_A_RECORD));
  const weights = Array.from({ length: random.integer(1, most) }, () => random.factor(1));
  const parts = apportion(seconds - weights.length, weights);
  const taken = new Set<string>();
  return Array.from(parts, (part) => {
    let day = random.integer(quarter.first, quarter.last);
    while (taken.has(`${day} ${part}`)) day = day < quarter.last ? day + 1 : quarter.first;
    taken.add(`${day} ${part}`);
    return { day, seconds: part + 1 };
  });
}

/** Issued in the second quarter; more to those who watched more in both. */
function drawCertificates(random: Random, { watched, paid }: Cohort, minutes: readonly number[]): readonly number[] {
  const isSeen = watched[0] || watched[1];
  const share = watched[1] ? at(CERTIFIED[paid[1] ? 1 : 0], minutes[1] ?? 0) : 0;
  if (isSeen && random.unit() >= share) return [];
  const inBoth = Math.min(MINUTES_THAT_CERTIFY, (minutes[0] ?? 0) + (minutes[1] ?? 0));
  const more = Math.floor(CERTIFICATES_A_MINUTE * inBoth * random.factor(1));
  const count = Math.min(MOST_CERTIFICATES, 1 + more);
  const { first, last } = QUARTERS[1] ?? { first: 0, last: 0 };
  return Array.from({ length: count }, () => random.integer(first, last));
}

/** Where a record's seconds are even, half of them twice is as good: so the real file has pairs of equal records. */
function withEqualPairs(students: readonly Unnumbered[]): readonly Unnumbered[] {
  let left = EQUAL_PAIRS;
  return students.map((student) => {
    const [first, ...others] = student.watched;
    if (left === 0 || first === undefined || first.seconds < 2 || first.seconds % 2 > 0) return student;
    left--;
    const half = { ...first, seconds: first.seconds / 2 };
    return { ...student, watched: [half, half, ...others] };
  });
}

/** Who registers early mostly has a low id. */
function numbered(seed: number, students: readonly Unnumbered[]): readonly Student[] {
  const random = randomStream(seed, 'course ids');
  let id = 0;
  return students
    .map((student) => ({ student, place: student.registered + random.between(0, ID_JITTER_DAYS) }))
    .sort((a, b) => a.place - b.place)
    .map(({ student }) => {
      id += random.integer(1, WIDEST_ID_GAP);
      return { id, ...student };
    });
}
