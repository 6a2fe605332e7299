import { momentsOf } from '../moments.ts';

/**
 * Standard scores are rounded to this. Engines add a feature up in different orders, which changes its last digits;
 * rounding keeps such noise from making two rows of one, or another clustering of the same data.
 */
const RESOLUTION = 1e10;

/**
 * Standard scores (value − mean) / σ of each column, σ the population's standard deviation (divided by n) as
 * scikit-learn's StandardScaler takes it; a constant column becomes 0.
 *
 * @param columns by feature, its finite values by row
 * @returns by row, its scores by feature, without unit
 */
export function standardise(columns: readonly (readonly number[])[]): number[][] {
  const scores = columns.map(scoresOf);
  return (columns[0] ?? []).map((_, row) => scores.map((column) => column[row] ?? 0));
}

function scoresOf(values: readonly number[]): number[] {
  const { deviations, sumOfSquares, constant } = momentsOf(values);
  if (constant) return values.map(() => 0);
  const deviation = Math.sqrt(sumOfSquares / values.length);
  // Adding 0 turns a −0 into 0, which would otherwise count as another value in no sense but the sign bit.
  return deviations.map((value) => Math.round((value / deviation) * RESOLUTION) / RESOLUTION + 0);
}
