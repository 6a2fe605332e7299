import leven from 'leven';

/** How far a misspelling may be from what was meant: two edits for five letters. */
const TOLERANCE = 0.4;

/**
 * The candidate that `name` most likely stands for, or undefined where none is near.
 * Distance is Levenshtein's without regard to case; swapped letters count as half an edit, not two.
 */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const distance = distanceBetween(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance && distance <= Math.ceil(candidate.length * TOLERANCE)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function distanceBetween(a: string, b: string): number {
  return a !== b && sortedLetters(a) === sortedLetters(b) ? 0.5 : leven(a, b);
}

function sortedLetters(text: string): string {
  return [...text].sort().join('');
}

/** `, did you mean "…"?` where a candidate is near, else nothing. */
export function didYouMean(name: string, candidates: readonly string[]): string {
  const meant = nearest(name, candidates);
  return meant === undefined ? '' : `, did you mean "${meant}"?`;
}
