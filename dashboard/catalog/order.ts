/** In which order items stand in their columns, so that few links cross: each near those that it is linked with. */

import type { Columns, Item, Link } from './items.ts';

const SWEEPS = 12;
/** So many sweeps without a crossing less, and there is none to be had. */
const PATIENCE = 4;

export function inFewCrossings(columns: Columns, links: readonly Link[]): Columns {
  const [before, after] = [group(links, ({ to }) => to), group(links, ({ from }) => from)];
  const gaps = columns.map((_, column) => links.filter(({ from }) => from.column === column));
  let [current, best, fewest] = [columns, columns, Number.POSITIVE_INFINITY];
  for (let [sweep, last] = [0, 0]; sweep < SWEEPS && sweep - last <= PATIENCE && fewest > 0; sweep += 1) {
    current = swept(current, sweep % 2 === 0, before, after);
    const count = crossings(current, gaps);
    if (count < fewest) [best, fewest, last] = [current, count, sweep];
  }
  return best;
}

type Linked = ReadonlyMap<Item, readonly Link[]>;

function group(links: readonly Link[], end: (link: Link) => Item): Linked {
  const groups = new Map<Item, Link[]>();
  for (const link of links) {
    const own = groups.get(end(link));
    if (own === undefined) groups.set(end(link), [link]);
    else own.push(link);
  }
  return groups;
}

/** From left to right, or back: a column follows the one before. What has no link there keeps its place. */
function swept(columns: Columns, forth: boolean, before: Linked, after: Linked): Columns {
  const places = placesOf(columns);
  const next = columns.map((column) => column);
  const order = forth ? [...next.keys()] : [...next.keys()].reverse();
  for (const index of order) {
    const column = next[index] ?? [];
    const wanted = new Map(
      column.map((item, place) => {
        const near = (forth ? before.get(item) : after.get(item)) ?? [];
        const sum = near.reduce(
          (total, link) => total + (forth ? outletPlace(link, places) : inletPlace(link, places)),
          0,
        );
        return [item, near.length === 0 ? place : sum / near.length];
      }),
    );
    const sorted = column.toSorted((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
    next[index] = sorted;
    for (const [place, item] of sorted.entries()) places.set(item, place);
  }
  return next;
}

type Places = Map<Item, number>;

function placesOf(columns: Columns): Places {
  return new Map(columns.flatMap((column) => column.map((item, place): [Item, number] => [item, place])));
}

/** With a part of one for where it leaves a box, so that rows of a box keep their order. */
function outletPlace({ from, outlet }: Link, places: Places): number {
  return (places.get(from) ?? 0) + (from.height === 0 ? 0 : outlet / from.height - 0.5);
}

function inletPlace({ to }: Link, places: Places): number {
  return places.get(to) ?? 0;
}

function crossings(columns: Columns, gaps: readonly (readonly Link[])[]): number {
  const places = placesOf(columns);
  let count = 0;
  for (const gap of gaps) {
    const from = gap.map((link) => outletPlace(link, places));
    const to = gap.map((link) => inletPlace(link, places));
    for (let one = 0; one < gap.length; one += 1) {
      for (let other = 0; other < one; other += 1) {
        const sides = ((from[one] ?? 0) - (from[other] ?? 0)) * ((to[one] ?? 0) - (to[other] ?? 0));
        if (sides < 0) count += 1;
      }
    }
  }
  return count;
}
