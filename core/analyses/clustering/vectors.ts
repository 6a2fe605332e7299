/** One row's features, or a centre. ml-kmeans takes mutable arrays, so these are; nothing here changes one in place. */
export type Vector = number[];

export function squaredDistance(a: Readonly<Vector>, b: Readonly<Vector>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    sum += difference * difference;
  }
  return sum;
}

/** Negative, 0 or positive: by the first component that differs. */
export function compareVectors(a: Readonly<Vector>, b: Readonly<Vector>): number {
  for (const [i, value] of a.entries()) {
    const difference = value - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** How many of the vectors differ from each other. */
export function countDistinct(vectors: readonly Readonly<Vector>[]): number {
  return new Set(vectors.map((vector) => vector.join(' '))).size;
}
