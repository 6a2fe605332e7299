/** How high items lie in their columns: in their order, apart, and as straight before what they are linked with as that allows. */

import type { Columns, Item, Link } from './items.ts';

const ROUNDS = 10;
/** Between the lower end of an item and the upper one of the next. */
const APART = { boxes: 12, lines: 9 };
/** A line that goes far should not wind: it gives way less than a box. */
const STIFFNESS = 8;

/** The top of each item; the highest is at 0. */
export function placed(columns: Columns, links: readonly Link[]): ReadonlyMap<Item, number> {
  const tops = new Map<Item, number>();
  for (const column of columns) {
    let y = 0;
    for (const [index, item] of column.entries()) {
      if (index > 0) y += apart(column[index - 1], item);
      tops.set(item, y);
      y += item.height;
    }
  }
  const top = (item: Item) => tops.get(item) ?? 0;
  const pulls = new Map<Item, { before: Pull[]; after: Pull[] }>();
  const pullsOf = (item: Item) => {
    const found = pulls.get(item) ?? { before: [], after: [] };
    pulls.set(item, found);
    return found;
  };
  for (const { from, outlet, to, inlet } of links) {
    const weight = from.box === null && to.box === null ? STIFFNESS : 1;
    pullsOf(to).before.push({ other: from, by: outlet - inlet, weight });
    pullsOf(from).after.push({ other: to, by: inlet - outlet, weight });
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    const forth = round % 2 === 0;
    for (const column of forth ? columns : [...columns].reverse()) {
      const wishes = column.map((item): Wish => {
        const { before, after } = pullsOf(item);
        // The last rounds look both ways.
        const near = round >= ROUNDS - 6 ? [...before, ...after] : forth ? before : after;
        const weight = near.reduce((sum, pull) => sum + pull.weight, 0);
        if (weight === 0) return { item, y: top(item), weight: 0.1 };
        const y = near.reduce((sum, pull) => sum + pull.weight * (top(pull.other) + pull.by), 0) / weight;
        return { item, y, weight };
      });
      for (const [item, y] of granted(wishes)) tops.set(item, y);
    }
  }
  const highest = Math.min(...tops.values());
  return new Map([...tops].map(([item, y]) => [item, y - highest]));
}

interface Pull {
  readonly other: Item;
  /** How much lower than the other's top the item's is wished. */
  readonly by: number;
  readonly weight: number;
}

interface Wish {
  readonly item: Item;
  readonly y: number;
  readonly weight: number;
}

function apart(upper: Item | undefined, lower: Item): number {
  return upper?.box === null || lower.box === null ? APART.lines : APART.boxes;
}

/**
 * The heights nearest to what is wished, by least squares, that keep the order and the distances: where wishes collide,
 * those involved move as one (pool adjacent violators).
 */
function granted(wishes: readonly Wish[]): readonly (readonly [Item, number])[] {
  interface Pool {
    y: number;
    weight: number;
    count: number;
  }
  const pools: Pool[] = [];
  const offsets: number[] = [];
  for (const [index, { item, y, weight }] of wishes.entries()) {
    const before = wishes[index - 1]?.item;
    offsets.push(before === undefined ? 0 : (offsets[index - 1] ?? 0) + before.height + apart(before, item));
    let pool: Pool = { y: y - (offsets[index] ?? 0), weight, count: 1 };
    for (let last = pools.at(-1); last !== undefined && last.y > pool.y; last = pools.at(-1)) {
      const both = last.weight + pool.weight;
      pool = { y: (last.y * last.weight + pool.y * pool.weight) / both, weight: both, count: last.count + pool.count };
      pools.pop();
    }
    pools.push(pool);
  }
  const levels = pools.flatMap(({ y, count }) => Array.from({ length: count }, () => y));
  return wishes.map(({ item }, index) => [item, (levels[index] ?? 0) + (offsets[index] ?? 0)] as const);
}
