/** Students with their factors dealt in the published shares, and scores that follow from them. */

import { apportion } from '../apportion.ts';
import { type Random, randomStream } from '../random.ts';
import {
  BASE_SCORE,
  FACTORS,
  type Factor,
  HIGHEST_SCORE,
  IMPOSSIBLE_SCORE,
  LIFTED,
  LIFTS,
  ROWS,
  SCHOOL_TYPE,
  SCORE_JITTER,
  scaled,
} from './calibration.ts';

/**
 * The published schools' means differ by 0.7 standard errors, public ones being the lower: far from certain, but the
 * sample should not say the contrary.
 */
const SCHOOL_GAP = { least: -1.5, most: 0 };
const MOST_DEALS = 60;

export interface Students {
  readonly rows: number;
  /** By factor in the order of `FACTORS`, then by student: the place of the value in `Factor.values`. */
  readonly places: readonly Uint8Array[];
  readonly scores: Int32Array;
}

export function drawStudents(seed: number, scale: number): Students {
  const rows = Math.max(1, scaled(ROWS, scale));
  const places = FACTORS.map((factor) => deal(randomStream(seed, `student ${factor.column}`), factor, rows));
  const scores = drawScores(seed, places, scale);
  const school = FACTORS.findIndex(({ column }) => column === SCHOOL_TYPE);
  const random = randomStream(seed, 'student schools');
  for (let deals = 1; deals < MOST_DEALS && !isPublishedGap(places[school], scores); deals++) {
    places[school] = deal(random, FACTORS[school], rows);
  }
  return { rows, places, scores };
}

function deal(random: Random, factor: Factor | undefined, rows: number): Uint8Array {
  const counts = apportion(rows, factor?.counts ?? []);
  return Uint8Array.from(random.shuffled([...counts].flatMap((count, place) => Array<number>(count).fill(place))));
}

function drawScores(seed: number, places: readonly Uint8Array[], scale: number): Int32Array {
  const random = randomStream(seed, 'student scores');
  const rows = places[0]?.length ?? 0;
  const lifted = new Set(random.shuffled(Array(rows).keys()).slice(0, scaled(LIFTED, scale)));
  const scores = Int32Array.from({ length: rows }, (_, row) => {
    let score = BASE_SCORE + random.between(-SCORE_JITTER, SCORE_JITTER);
    for (const [index, { effects }] of FACTORS.entries()) score += effects[places[index]?.[row] ?? 0] ?? 0;
    if (lifted.has(row)) score += random.between(...LIFTS);
    return Math.min(HIGHEST_SCORE, Math.floor(score + 0.5));
  });
  return withImpossible(scores, Math.max(1, scaled(1, scale)));
}

/** The best students' scores become those that can't be: at least one, so that every sample has it. */
function withImpossible(scores: Int32Array, count: number): Int32Array {
  const best = [...scores.keys()].sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b).slice(0, count);
  for (const row of best) scores[row] = IMPOSSIBLE_SCORE;
  return scores;
}

/** How far public schools' mean is above private ones', in standard errors by the pooled variance of all scores. */
function isPublishedGap(school: Uint8Array | undefined, scores: Int32Array): boolean {
  const [sums, counts] = [[0, 0] as [number, number], [0, 0] as [number, number]];
  let [sum, squares] = [0, 0];
  for (const [row, score] of scores.entries()) {
    const place = school?.[row] === 0 ? 0 : 1;
    sums[place] += score;
    counts[place] += 1;
    sum += score;
    squares += score * score;
  }
  const variance = (squares - (sum * sum) / scores.length) / (scores.length - 1);
  const error = Math.sqrt(variance / counts[0] + variance / counts[1]);
  const gap = (sums[0] / counts[0] - sums[1] / counts[1]) / error;
  return gap > SCHOOL_GAP.least && gap < SCHOOL_GAP.most;
}
