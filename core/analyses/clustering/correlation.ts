import { momentsOf } from '../moments.ts';

export interface Correlation {
  readonly featureA: string;
  readonly featureB: string;
  /** Null where undefined: fewer than two pairs, or one side constant. */
  readonly r: number | null;
  /** Rows in which both are known. */
  readonly n: number;
  /** The one of the two that pruning would leave out because of the other. */
  readonly dropped: string | null;
}

export interface NamedColumn {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

/**
 * Pearson's r over the rows in which both values are known:
 * Σ (a − ā)(b − b̄) / √(Σ (a − ā)² Σ (b − b̄)²), in two passes.
 */
export function pearson(a: readonly (number | null)[], b: readonly (number | null)[]): { r: number | null; n: number } {
  const knownA: number[] = [];
  const knownB: number[] = [];
  for (const [row, valueA] of a.entries()) {
    const valueB = b[row] ?? null;
    if (valueA === null || valueB === null) continue;
    knownA.push(valueA);
    knownB.push(valueB);
  }
  return { r: pearsonOfKnown(knownA, knownB), n: knownA.length };
}

function pearsonOfKnown(a: readonly number[], b: readonly number[]): number | null {
  if (a.length < 2) return null;
  const momentsA = momentsOf(a);
  const momentsB = momentsOf(b);
  if (momentsA.constant || momentsB.constant) return null;
  const products = momentsA.deviations.reduce((total, value, i) => total + value * (momentsB.deviations[i] ?? 0), 0);
  const r = products / Math.sqrt(momentsA.sumOfSquares * momentsB.sumOfSquares);
  return Math.max(-1, Math.min(1, r));
}

/**
 * Every pair of columns, in their order, and what pruning advises: going through the columns in order, one that
 * correlates above the limit (in absolute value) with an earlier, kept one is dropped. A pair whose first is itself
 * dropped advises nothing.
 */
export function correlate(columns: readonly NamedColumn[], maxCorrelation: number): Correlation[] {
  const correlations: Correlation[] = [];
  const left = new Set<string>();
  for (const [i, a] of columns.entries()) {
    // By now every earlier column has had its say about this one.
    const kept = !left.has(a.name);
    for (const b of columns.slice(i + 1)) {
      const { r, n } = pearson(a.values, b.values);
      const drops = kept && r !== null && Math.abs(r) > maxCorrelation;
      if (drops) left.add(b.name);
      correlations.push({ featureA: a.name, featureB: b.name, r, n, dropped: drops ? b.name : null });
    }
  }
  return correlations;
}
