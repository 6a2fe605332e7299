/** The classes of one district, as pages of what the API of class sections gives. */

import { type Random, randomStream } from '../random.ts';
import type { GeneratedFile } from '../types.ts';
import { type District, hexId } from './accounts.ts';
import { CLASSES, MEAN_STUDENTS, STUDENTS_DEVIATION, sum } from './calibration.ts';

const PAGE = 100;
const FEWEST_STUDENTS = 3;
const MOST_STUDENTS = 46;
/** Classes that a student is in. */
const CLASSES_OF_A_STUDENT = 5;
const PERIODS = 7;

const SUBJECTS = ['Algebra I', 'Algebra II', 'Geometry', 'English 9', 'English 10', 'English 11', 'Biology'];
const MORE_SUBJECTS = [
  'Chemistry',
  'Physics',
  'World History',
  'US History',
  'Spanish I',
  'Spanish II',
  'Art',
  'Choir',
];

export function sectionFiles(seed: number, scale: number, districts: readonly District[]): readonly GeneratedFile[] {
  const random = randomStream(seed, 'sections');
  const sizes = drawSizes(random, Math.max(1, Math.round(CLASSES * scale)));
  const students = Math.max(Math.max(...new Set(sizes)), Math.round(sum(sizes) / CLASSES_OF_A_STUDENT));
  const district = nearest(districts, students)?.id ?? '';
  const take = rosters(random, students);
  const lines = Array.from(sizes, (size) => {
    const id = hexId(random);
    const name = `${random.pick([...SUBJECTS, ...MORE_SUBJECTS])} - Period ${random.integer(1, PERIODS)}`;
    return `${JSON.stringify({ data: { id, district, name, students: take(size) }, uri: `/v1.1/sections/${id}` })}\n`;
  });
  return Array.from({ length: Math.ceil(lines.length / PAGE) }, (_, page) => {
    const some = lines.slice(page * PAGE, (page + 1) * PAGE);
    return { path: `sections/page-${String(page + 1).padStart(3, '0')}.ndjson`, rows: some.length, chunks: () => some };
  });
}

/** Students by class, bell-shaped, with the published mean and standard deviation to the published digit. */
function drawSizes(random: Random, classes: number): Int32Array {
  // The sum of twelve uniform numbers is close to normal, and needs no more than addition.
  const drawn = Array.from({ length: classes }, () => sum(Array.from({ length: 12 }, () => random.unit())));
  const mean = sum(drawn) / classes;
  const deviation = Math.sqrt(sum(drawn.map((one) => (one - mean) * (one - mean))) / Math.max(1, classes - 1));
  const sizes = Int32Array.from(drawn, (one) => {
    const size = MEAN_STUDENTS + (deviation > 0 ? (STUDENTS_DEVIATION * (one - mean)) / deviation : 0);
    return Math.min(MOST_STUDENTS, Math.max(FEWEST_STUDENTS, Math.round(size)));
  });
  return mended(random, sizes);
}

/** Rounding moved the sum and the spread: classes gain or lose a student until both are right. */
function mended(random: Random, sizes: Int32Array): Int32Array {
  const classes = sizes.length;
  const total = Math.round(classes * MEAN_STUDENTS);
  const squares = (classes - 1) * STUDENTS_DEVIATION * STUDENTS_DEVIATION;
  const move = (at: number, step: number) => {
    const size = (sizes[at] ?? 0) + step;
    if (size < FEWEST_STUDENTS || size > MOST_STUDENTS) return false;
    sizes[at] = size;
    return true;
  };
  for (let missing = total - sum(sizes); missing !== 0; ) {
    const step = Math.sign(missing);
    if (move(random.integer(0, classes - 1), step)) missing -= step;
  }
  let gap = sum(sizes.map((size) => size * size)) - (total * total) / classes - squares;
  for (let tries = classes; tries > 0; tries--) {
    const [from, to] = [random.integer(0, classes - 1), random.integer(0, classes - 1)];
    // One student from a class to another changes the sum of squares by this.
    const change = 2 * ((sizes[to] ?? 0) - (sizes[from] ?? 0) + 1);
    if (from === to || Math.abs(gap + change) >= Math.abs(gap)) continue;
    if (!move(from, -1)) continue;
    if (move(to, 1)) gap += change;
    else move(from, 1);
  }
  return sizes;
}

/** The district that such classes fit best, of those whose size is known. */
function nearest(districts: readonly District[], students: number): District | undefined {
  const gap = (one: District) => Math.abs(one.students - students) + (one.size === one.students ? 0 : Number.MAX_VALUE);
  return districts.toSorted((a, b) => gap(a) - gap(b))[0];
}

/** Gives lists of different students; everyone is in about as many. */
function rosters(random: Random, students: number): (size: number) => readonly string[] {
  const ids = Array.from({ length: students }, () => hexId(random));
  let left: string[] = [];
  return (size) => {
    if (left.length < size) left = random.shuffled(ids);
    return left.splice(0, size);
  };
}
