import type { Random } from '../random.ts';
import { squaredDistance, type Vector } from './vectors.ts';

/**
 * Greedy k-means++ (Arthur and Vassilvitskii, "k-means++: the advantages of careful seeding", 2007, with the trials of
 * their section 6 as scikit-learn does them): a centre is drawn with a probability proportional to the squared distance
 * from the nearest centre so far, 2 + ⌊ln k⌋ times, and the draw that leaves the least potential is kept.
 *
 * Ours rather than ml-kmeans's: that one runs past its table of probabilities where rounding makes them add up to less
 * than the draw, may draw a point that is a centre already, and is several times slower.
 *
 * @param points at least k different ones
 * @param given centres to start from, fewer than k; with none the first is drawn evenly
 * @returns k centres, the given ones first
 */
export function seedCentres(points: readonly Vector[], k: number, given: readonly Vector[], random: Random): Vector[] {
  const centres = given.length > 0 ? [...given] : [drawEvenly(points, random)];
  const trials = 2 + Math.floor(Math.log(k));
  let nearest = new Float64Array(points.length).fill(Number.POSITIVE_INFINITY);
  let potential = Number.POSITIVE_INFINITY;
  for (const centre of centres) potential = lower(points, centre, nearest, nearest);

  let trial = new Float64Array(points.length);
  let best = new Float64Array(points.length);
  while (centres.length < k) {
    let bestPotential = Number.POSITIVE_INFINITY;
    let bestPoint: Vector | undefined;
    for (let i = 0; i < trials; i++) {
      const point = draw(points, nearest, random() * potential);
      const trialPotential = point === undefined ? bestPotential : lower(points, point, nearest, trial);
      if (trialPotential < bestPotential) {
        bestPotential = trialPotential;
        bestPoint = point;
        [best, trial] = [trial, best];
      }
    }
    if (bestPoint === undefined) throw new RangeError(`k-means needs ${k} different points`);
    centres.push(bestPoint);
    potential = bestPotential;
    [nearest, best] = [best, nearest];
  }
  return centres;
}

function drawEvenly(points: readonly Vector[], random: Random): Vector {
  const point = points[Math.floor(random() * points.length)];
  if (point === undefined) throw new RangeError('k-means needs a point');
  return point;
}

/** The point in whose stretch of the summed weights `target` lies; never one without weight. */
function draw(points: readonly Vector[], weights: Float64Array, target: number): Vector | undefined {
  let left = target;
  let last: Vector | undefined;
  for (let i = 0; i < points.length; i++) {
    const weight = weights[i] ?? 0;
    if (weight === 0) continue;
    last = points[i];
    left -= weight;
    if (left < 0) break;
  }
  return last;
}

/** Writes each point's squared distance from its nearest centre, once `centre` is one too; returns their sum. */
function lower(points: readonly Vector[], centre: Vector, nearest: Float64Array, out: Float64Array): number {
  let total = 0;
  for (let i = 0; i < points.length; i++) {
    const before = nearest[i] ?? 0;
    const distance = squaredDistance(points[i] ?? centre, centre);
    const now = Math.min(distance, before);
    out[i] = now;
    total += now;
  }
  return total;
}
