import { describe, expect, it } from '@jest/globals';
import { logLogistic, Random, randomStream } from '../../generators/random.ts';

const draws = (random: Random, count: number) => Array.from({ length: count }, () => random.u32());

describe('Random', () => {
  it('gives the numbers of the PractRand implementation', () => {
    // The first outputs of sfc32::seed(0, 2, 1), as Rust's rand_sfc crate notes them from PractRand.
    const expected = [
      0x03b80bb8, 0xa87dbc7e, 0x1787178c, 0x4c7b7234, 0xc65dade2, 0x2c692349, 0xf52c2153, 0xdf098072, 0x9d49b03c,
      0x9562381a, 0xc9b41738, 0x64b75e54, 0x36ce9b32, 0xf106947e,
    ];

    expect(draws(new Random(0, 2, 1), expected.length)).toEqual(expected);
  });

  it('draws integers from both ends of the range and all between, evenly', () => {
    const random = randomStream(1, 'integers');
    const counts = new Map<number, number>();
    for (let draw = 0; draw < 30_000; draw++) {
      const value = random.integer(-1, 4);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }

    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([-1, 0, 1, 2, 3, 4]);
    for (const count of counts.values()) {
      expect(Math.abs(count - 5000)).toBeLessThan(400);
    }
  });

  it('shuffles into permutations that differ', () => {
    const random = randomStream(1, 'shuffle');
    const items = Array.from({ length: 50 }, (_, index) => index);
    const [first, second] = [random.shuffled(items), random.shuffled(items)];

    expect([...first].sort((a, b) => a - b)).toEqual(items);
    expect(first).not.toEqual(items);
    expect(first).not.toEqual(second);
  });

  it('draws factors with median 1 that spread less with more halvings', () => {
    const random = randomStream(1, 'factors');
    const spread = (halvings: number) => {
      const values = Array.from({ length: 4001 }, () => random.factor(halvings)).sort((a, b) => a - b);
      return [values[400], values[2000], values[3600]].map((value) => value ?? NaN);
    };
    const [wideLow = NaN, wideMedian = NaN, wideHigh = NaN] = spread(1);
    const [narrowLow = NaN, narrowMedian = NaN, narrowHigh = NaN] = spread(3);

    expect(wideMedian).toBeCloseTo(1, 1);
    expect(narrowMedian).toBeCloseTo(1, 1);
    expect(wideLow).toBeLessThan(0.4);
    expect(wideHigh).toBeGreaterThan(2.5);
    expect(narrowLow).toBeGreaterThan(0.7);
    expect(narrowHigh).toBeLessThan(1.4);
  });

  it('refuses to pick from nothing', () => {
    expect(() => randomStream(1, 'pick').pick([])).toThrow(RangeError);
  });
});

describe('logLogistic', () => {
  it('has the quantiles of the distribution', () => {
    expect(logLogistic(0.5, 2)).toBe(1);
    expect(logLogistic(0.9, 1)).toBeCloseTo(3, 12);
    expect(logLogistic(0.1, 0)).toBeCloseTo(1 / 9, 12);
  });
});

describe('randomStream', () => {
  it('repeats itself for the same seed and name', () => {
    expect(draws(randomStream(7, 'a'), 20)).toEqual(draws(randomStream(7, 'a'), 20));
  });

  it('differs by name, by seed, and by the high bits of the seed', () => {
    const streams = [randomStream(7, 'a'), randomStream(7, 'b'), randomStream(8, 'a'), randomStream(7 + 2 ** 32, 'a')];

    expect(new Set(streams.map((stream) => draws(stream, 3).join())).size).toBe(4);
  });
});
