import type { Random } from './random.ts';

const STEPS = 56;
const LOWEST_MULTIPLE = 2 ** -18;

/**
 * Draws exactly n of the items, each with a probability of about x / (1 + x), where x is the item's odds times one
 * number that makes the probabilities sum to n. So the likely ones saturate at 1 as n grows and the tail fills up.
 */
export class Sampler {
  readonly #odds: Float64Array;
  /** `#multiples[i]` makes the expected number of items `#expected[i]`; both rise. */
  readonly #multiples = new Float64Array(STEPS);
  readonly #expected = new Float64Array(STEPS);

  constructor(odds: Float64Array) {
    this.#odds = odds;
    let multiple = LOWEST_MULTIPLE;
    for (let step = 0; step < STEPS; step++) {
      this.#multiples[step] = multiple;
      this.#expected[step] = expectedCount(odds, multiple);
      multiple *= Math.SQRT2;
    }
  }

  get size(): number {
    return this.#odds.length;
  }

  /** How likely each item is in a draw of n. */
  probabilities(n: number): Float64Array {
    const step = this.#stepFor(n);
    const multiple = this.#multiples[step] ?? 0;
    const excess = n / (this.#expected[step] ?? n);
    return this.#odds.map((odds) => ((odds * multiple) / (1 + odds * multiple)) * excess);
  }

  /**
   * Writes the indexes of n different items to the start of `into`, rising: Fan, Muller and Rezucha's sequential
   * selection (Journal of the American Statistical Association 57, 1962) with unequal probabilities.
   * @throws RangeError where there are fewer than n items
   */
  draw(n: number, random: Random, into: Int32Array): void {
    const odds = this.#odds;
    if (n > odds.length) {
      throw new RangeError(`cannot draw ${n} of ${odds.length} items`);
    }
    const step = this.#stepFor(n);
    const multiple = this.#multiples[step] ?? 0;
    let expected = this.#expected[step] ?? 0;
    let missing = n;
    for (let item = 0; missing > 0; item++) {
      const scaled = (odds[item] ?? 0) * multiple;
      const probability = scaled / (1 + scaled);
      if (odds.length - item === missing || random.unit() * expected < probability * missing) {
        into[n - missing] = item;
        missing--;
      }
      expected -= probability;
    }
  }

  /** The first step that expects at least n items. */
  #stepFor(n: number): number {
    const step = this.#expected.findIndex((expected) => expected >= n);
    return step < 0 ? STEPS - 1 : step;
  }
}

function expectedCount(odds: Float64Array, multiple: number): number {
  let sum = 0;
  for (let item = 0; item < odds.length; item++) {
    const scaled = (odds[item] ?? 0) * multiple;
    sum += scaled / (1 + scaled);
  }
  return sum;
}
