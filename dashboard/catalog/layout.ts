/**
 * Where boxes and edges lie. Everything flows from left to right, through columns that are given: so an edge that passes
 * a column gets a place in it, as a box does, and never crosses one. A general layout (dagre 3.1.3) took 200 ms for the
 * shipped data sets where this takes a tenth of it.
 */

import { type Box, type Boxes, type Edge, inletOf } from './boxes.ts';
import type { Columns, Item, Link } from './items.ts';
import { inFewCrossings } from './order.ts';
import { placed } from './place.ts';

export interface PlacedBox {
  readonly box: Box;
  readonly x: number;
  readonly y: number;
  /** That of its column. */
  readonly width: number;
}

export interface PlacedEdge {
  readonly edge: Edge;
  /** SVG's path data. */
  readonly path: string;
}

export interface Layout {
  readonly boxes: readonly PlacedBox[];
  readonly edges: readonly PlacedEdge[];
  /** The left end of each column. */
  readonly columns: readonly number[];
  readonly width: number;
  readonly height: number;
}

/** Between columns, for edges to bend. */
const GAP = 36;

export function layoutOf({ boxes, edges }: Boxes): Layout {
  const items = new Map(boxes.map((box): [Box, Item] => [box, { column: box.column, box, height: box.height }]));
  const links: Link[] = [];
  const passing: Item[] = [];
  const routes = routesOf(edges, items, links, passing);
  const columns = inFewCrossings(byColumn([...items.values(), ...passing]), links);
  const tops = placed(columns, links);

  const widths = columns.map((column) => Math.max(0, ...column.map(({ box }) => box?.width ?? 0)));
  const lefts = widths.map((_, index) => widths.slice(0, index).reduce((sum, width) => sum + width + GAP, 0));
  const left = (item: Item) => lefts[item.column] ?? 0;
  const right = (item: Item) => left(item) + (widths[item.column] ?? 0);
  const top = (item: Item) => tops.get(item) ?? 0;

  const pathOf = ({ from, outlet, to }: Edge, through: readonly Item[]): string => {
    const [start, end] = [items.get(from), items.get(to)];
    if (start === undefined || end === undefined) return '';
    let [x, y] = [right(start), round(top(start) + outlet)];
    let path = `M${x} ${y}`;
    const bend = (toX: number, toY: number) => {
      path += toY === y ? `H${toX}` : `C${(x + toX) / 2} ${y} ${(x + toX) / 2} ${toY} ${toX} ${toY}`;
      [x, y] = [toX, toY];
    };
    for (const item of through) {
      bend(left(item), round(top(item)));
      bend(right(item), round(top(item)));
    }
    bend(left(end), round(top(end) + inletOf(to)));
    return path;
  };
  return {
    boxes: boxes.flatMap((box): PlacedBox[] => {
      const item = items.get(box);
      if (item === undefined) return [];
      return [{ box, x: left(item), y: round(top(item)), width: widths[item.column] ?? 0 }];
    }),
    edges: edges.map((edge) => ({ edge, path: pathOf(edge, routes.get(edge) ?? []) })),
    columns: lefts,
    width: (lefts.at(-1) ?? 0) + (widths.at(-1) ?? 0),
    height: Math.ceil(Math.max(0, ...[...tops].map(([item, y]) => y + item.height))),
  };
}

/**
 * The places that each edge passes; links and places are added to the lists. Edges of one source go together until they
 * part: a table that many read is one line, not a bundle.
 */
function routesOf(
  edges: readonly Edge[],
  items: ReadonlyMap<Box, Item>,
  links: Link[],
  passing: Item[],
): ReadonlyMap<Edge, readonly Item[]> {
  const routes = new Map<Edge, readonly Item[]>();
  const chains = new Map<string, Item[]>();
  for (const edge of edges) {
    const [start, end] = [items.get(edge.from), items.get(edge.to)];
    if (start === undefined || end === undefined) continue;
    const chain = chains.get(edge.source) ?? [];
    chains.set(edge.source, chain);
    for (let column = start.column + 1 + chain.length; column < end.column; column += 1) {
      const item: Item = { column, box: null, height: 0 };
      links.push(linkOf(chain.at(-1) ?? start, item, edge));
      chain.push(item);
      passing.push(item);
    }
    const route = chain.slice(0, end.column - start.column - 1);
    links.push(linkOf(route.at(-1) ?? start, end, edge));
    routes.set(edge, route);
  }
  return routes;
}

function linkOf(from: Item, to: Item, edge: Edge): Link {
  return { from, outlet: from.box === null ? 0 : edge.outlet, to, inlet: to.box === null ? 0 : inletOf(edge.to) };
}

function byColumn(items: readonly Item[]): Columns {
  const columns: Item[][] = [];
  for (const item of items) {
    while (columns.length <= item.column) columns.push([]);
    columns[item.column]?.push(item);
  }
  return columns;
}

function round(value: number): number {
  return Math.round(value * 2) / 2;
}
