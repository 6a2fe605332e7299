/**
 * Whole numbers that sum to `total`, in the weights' proportions: each prefix is the exact one rounded down. Where a
 * weight is 0 so is its part.
 */
export function apportion(total: number, weights: ArrayLike<number>): Int32Array {
  const sum = Array.from(weights).reduce((all, weight) => all + weight, 0);
  const parts = new Int32Array(weights.length);
  let running = 0;
  let given = 0;
  for (let index = 0; index < parts.length; index++) {
    running += weights[index] ?? 0;
    const upTo = running === sum ? total : Math.floor((total * running) / sum);
    parts[index] = upTo - given;
    given = upTo;
  }
  return parts;
}
