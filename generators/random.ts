/**
 * sfc32, the 32-bit "small fast counting" generator of Chris Doty-Humphrey's PractRand 0.94
 * (https://pracrand.sourceforge.net/RNG_engines.txt), seeded with three words and 15 discarded outputs as there.
 *
 * Only +, -, *, / and square roots follow the draws: their results are the same on every platform, which those of
 * Math.exp, Math.log and Math.pow need not be.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(word1: number, word2: number, word3: number) {
    this.#a = word1 | 0;
    this.#b = word2 | 0;
    this.#c = word3 | 0;
    for (let round = 0; round < 15; round++) {
      this.u32();
    }
  }

  /** Uniform integer from 0 to 2^32 - 1. */
  u32(): number {
    const b = this.#b;
    const c = this.#c;
    const result = (this.#a + b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = b ^ (b >>> 9);
    this.#b = (c + (c << 3)) | 0;
    this.#c = (((c << 21) | (c >>> 11)) + result) | 0;
    return result >>> 0;
  }

  /** Uniform in [0, 1), in steps of 2^-32. */
  unit(): number {
    return this.u32() / 0x1_0000_0000;
  }

  /** Uniform integer from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.unit() * (high - low + 1));
  }

  between(low: number, high: number): number {
    return low + this.unit() * (high - low);
  }

  /** @throws RangeError where there is nothing to pick from */
  pick<T>(items: readonly T[]): T {
    const item = items[this.integer(0, items.length - 1)];
    if (item === undefined) {
      throw new RangeError('pick from an empty list');
    }
    return item;
  }

  /** A new list in random order (Fisher-Yates, Durstenfeld's form). */
  shuffled<T>(items: Iterable<T>): T[] {
    const list = [...items];
    for (let last = list.length - 1; last > 0; last--) {
      const other = this.integer(0, last);
      const swapped = list[last] as T;
      list[last] = list[other] as T;
      list[other] = swapped;
    }
    return list;
  }

  /**
   * A positive factor around 1 (its median): log-logistic with shape 2^halvings, so 1 spreads widely (a tenth below
   * 1/3, a tenth above 3) and 3 narrowly (a tenth above 1.32). Tails are cut at the outer 0.5 %.
   */
  factor(halvings: number): number {
    return logLogistic(0.005 + 0.99 * this.unit(), halvings);
  }
}

/**
 * The quantile (u / (1 - u)) ^ (1 / 2^halvings) of a log-logistic distribution with scale 1
 * (https://en.wikipedia.org/wiki/Log-logistic_distribution#Quantiles).
 */
export function logLogistic(u: number, halvings: number): number {
  let value = u / (1 - u);
  for (let halving = 0; halving < halvings; halving++) {
    value = Math.sqrt(value);
  }
  return value;
}

/** An independent stream for every name: what one file draws never shifts what another draws. */
export function randomStream(seed: number, name: string): Random {
  return new Random(seed % 0x1_0000_0000, Math.floor(seed / 0x1_0000_0000), fnv1a(name));
}

/** 32-bit FNV-1a of the name's UTF-16 code units (http://www.isthe.com/chongo/tech/comp/fnv/). */
function fnv1a(name: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index++) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  }
  return hash;
}
