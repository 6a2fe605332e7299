/** Uniform numbers in [0, 1). */
export type Random = () => number;

/** The finaliser of MurmurHash3: every bit of the input touches every bit of the output. */
function mixBits(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** A generator of its own for each combination of the (integer) parts, such as seed, k and start. */
export function randomFor(...parts: readonly number[]): Random {
  return mulberry32(parts.reduce((hash, part) => mixBits((hash ^ part) + 0x9e3779b9), 0));
}

/** Tommy Ettinger's Mulberry32: 32 bits of state, which is plenty for the few thousand draws of one start. */
function mulberry32(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `size` different integers of 0 … n − 1, ascending; all of them where n is not larger than `size`. */
export function sampleIndices(n: number, size: number, random: Random): number[] {
  const chosen: number[] = [];
  // Selection sampling (Knuth, TAOCP 2, algorithm 3.4.2 S): one pass, already in order.
  for (let index = 0; index < n && chosen.length < size; index++) {
    if ((n - index) * random() < size - chosen.length) chosen.push(index);
  }
  return chosen;
}
