/** Tail areas and quantiles, each from the smaller tail: 1 less a number near 1 would have no digits left. */

import fisher from '@stdlib/stats-base-dists-f-cdf';
import normal from '@stdlib/stats-base-dists-normal-cdf';
import normalAt from '@stdlib/stats-base-dists-normal-quantile';
import student from '@stdlib/stats-base-dists-t-cdf';
import studentAt from '@stdlib/stats-base-dists-t-quantile';

/** The share of Student's t distribution below t. */
export function studentBelow(t: number, df: number): number {
  return student(t, df);
}

/** The share of Student's t distribution at least as far from 0 as t, on both sides. */
export function studentBeyond(t: number, df: number): number {
  return Math.min(1, 2 * student(-Math.abs(t), df));
}

/** How many standard errors a two-sided interval of that confidence reaches to each side. */
export function studentReach(confidence: number, df: number): number {
  return -studentAt((1 - confidence) / 2, df);
}

/** The same of the normal distribution. */
export function normalReach(confidence: number): number {
  return -normalAt((1 - confidence) / 2, 0, 1);
}

/** The share of the F distribution above f. 1 / F is distributed as F with the degrees of freedom exchanged. */
export function fisherAbove(f: number, dfAbove: number, dfBelow: number): number {
  return fisher(1 / f, dfBelow, dfAbove);
}

/** The share of the chi-square distribution of one degree of freedom above x: the square of a normal variable. */
export function chiSquareAbove(x: number): number {
  return Math.min(1, 2 * normal(-Math.sqrt(x), 0, 1));
}
