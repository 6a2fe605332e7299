/** What standardising and correlating share: a mean and deviations from it that neither over- nor underflow. */
export interface Moments {
  readonly mean: number;
  /**
   * value − mean, times one power of two for all of them. Only ratios of deviations are meant to be used;
   * the factor is 1 unless squares would leave the range of a double.
   */
  readonly deviations: readonly number[];
  readonly sumOfSquares: number;
  /** All values are equal, up to the rounding of their own sum. */
  readonly constant: boolean;
}

/** @param values finite; none of them: the mean is NaN. */
export function momentsOf(values: readonly number[]): Moments {
  const n = values.length;
  const factor = safeFactor(values);
  const scaled = values.map((value) => value * factor);
  const mean = sum(scaled) / n;
  const deviations = scaled.map((value) => value - mean);
  const sumOfSquares = sum(deviations.map((deviation) => deviation * deviation));
  return { mean: mean / factor, deviations, sumOfSquares, constant: isConstant(n, mean, sumOfSquares) };
}

/**
 * The rule of scikit-learn's StandardScaler (`_is_constant_feature`): a variance within the error bound of the
 * two-pass algorithm is noise, and dividing by its root would blow noise up to unit variance.
 */
function isConstant(n: number, mean: number, sumOfSquares: number): boolean {
  const variance = sumOfSquares / n;
  return variance <= n * Number.EPSILON * variance + (n * mean * Number.EPSILON) ** 2;
}

/** A power of two, so that multiplying is exact; 1 where even products of two sums of squares stay in range. */
function safeFactor(values: readonly number[]): number {
  const largest = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  if (largest === 0) return 1;
  const exponent = Math.floor(Math.log2(largest));
  // 2 ** 1074, which the smallest double would ask for, is infinite.
  return Math.abs(exponent) < 200 ? 1 : 2 ** -Math.max(exponent, -1000);
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
