const SENSITIVITY = 1;

/**
 * The elbow of a convex, decreasing curve by Kneedle (Satopää, Albrecht, Irwin and Raghavan, "Finding a 'Kneedle' in a
 * haystack", 2011) with sensitivity 1, offline and without smoothing, as the Python package `kneed` 0.9.0 finds it.
 *
 * Both axes are scaled to [0, 1] and y is turned upside down; a local maximum of y − x is a candidate, and the first one
 * after which y − x falls by more than sensitivity · (mean step of x), before a local minimum, is the elbow.
 *
 * @param x ascending
 * @returns the elbow's x, or null where there is none
 */
export function findElbow(x: readonly number[], y: readonly number[]): number | null {
  const scaledX = scale(x);
  const scaledY = scale(y);
  if (x.length < 3 || scaledX === null || scaledY === null) return null;
  const differences = scaledX.map((value, i) => 1 - (scaledY[i] ?? 0) - value);
  const step = 1 / (x.length - 1);

  let candidate: number | null = null;
  let threshold = 0;
  for (const [i, difference] of differences.entries()) {
    const next = differences[i + 1];
    if (next === undefined) break;
    const before = differences[i - 1] ?? difference;
    if (difference >= before && difference >= next) {
      candidate = i;
      threshold = difference - SENSITIVITY * step;
    }
    if (difference <= before && difference <= next) candidate = null;
    if (candidate !== null && next < threshold) return x[candidate] ?? null;
  }
  return null;
}

/** Null where all values are equal. */
function scale(values: readonly number[]): number[] | null {
  const smallest = Math.min(...values);
  const range = Math.max(...values) - smallest;
  return range > 0 ? values.map((value) => (value - smallest) / range) : null;
}
