/** What is drawn of a data set's lineage: boxes in columns, and the edges between them. */

import type { Lineage, LineageKind, LineageNode } from '../../core/catalog/lineage.ts';
import { type Face, widthOf, wrapped } from './text.ts';

/** A table that an analysis makes, in its box. */
export interface Row {
  readonly node: LineageNode;
  readonly isPublished: boolean;
}

export interface Box {
  readonly node: LineageNode;
  readonly isPublished: boolean;
  readonly lines: readonly string[];
  readonly face: Face;
  /** From 0: every edge leads to a column further right. */
  readonly column: number;
  /** In CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly rows: readonly Row[];
}

export interface Edge {
  readonly from: Box;
  /** Where it leaves the box, from its top. */
  readonly outlet: number;
  /** The table that is read, or the files. */
  readonly source: string;
  readonly to: Box;
}

export interface Boxes {
  readonly boxes: readonly Box[];
  readonly edges: readonly Edge[];
}

const LINE = 15;
/** As high as a finger needs. */
export const ROW = 24;
const PADDING = 14;
/** For the mark of a table that is in the warehouse. */
const MARK = 20;
const WIDEST: Readonly<Record<Face, number>> = { mono: 150, sans: 180 };

const FACES: Readonly<Partial<Record<LineageKind, Face>>> = { panel: 'sans' };

/** An analysis and the tables that it makes are one box; what is in the warehouse is marked, not drawn once more. */
export function boxesOf({ nodes, edges }: Lineage): Boxes {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const kindOf = (id: string) => byId.get(id)?.kind;
  const published = new Set(edges.flatMap(({ from, to }) => (kindOf(to) === 'warehouse' ? [from] : [])));
  /** By result: the analysis that makes it, if it is drawn here. */
  const makers = new Map(edges.flatMap(({ from, to }) => (kindOf(to) === 'result' ? [[to, from]] : [])));
  const ownerOf = (id: string) => makers.get(id) ?? id;
  const drawn = nodes.filter(({ id, kind }) => kind !== 'warehouse' && !makers.has(id));
  const read = edges.filter(({ to }) => kindOf(to) !== 'warehouse' && !makers.has(to));
  const columns = columnsOf(
    drawn,
    read.map(({ from, to }) => ({ from: ownerOf(from), to })),
  );
  const boxes = new Map<string, Box>();
  for (const node of drawn) {
    const rows = nodes
      .filter(({ id }) => makers.get(id) === node.id)
      .map((row): Row => ({ node: row, isPublished: published.has(row.id) }));
    boxes.set(node.id, boxOf(node, published.has(node.id), rows, columns.get(node.id) ?? 0));
  }
  return {
    boxes: [...boxes.values()],
    edges: read.flatMap(({ from, to }): Edge[] => {
      const [start, end] = [boxes.get(ownerOf(from)), boxes.get(to)];
      if (start === undefined || end === undefined) return [];
      return [{ from: start, outlet: outletOf(start, from), source: from, to: end }];
    }),
  };
}

function boxOf(node: LineageNode, isPublished: boolean, rows: readonly Row[], column: number): Box {
  const face = FACES[node.kind] ?? 'mono';
  const lines = wrapped(node.name, face, WIDEST[face]);
  const widths = [
    ...lines.map((line) => widthOf(line, face) + (isPublished ? MARK : 0)),
    ...rows.map((row) => widthOf(row.node.name, 'mono') + (row.isPublished ? MARK : 0)),
  ];
  const height = headOf(lines.length) + rows.length * ROW;
  return { node, isPublished, lines, face, column, width: Math.max(...widths) + 2 * PADDING, height, rows };
}

/** How high a box is above its rows. */
export function headOf(lines: number): number {
  return lines * LINE + 13;
}

/** Where edges enter a box, from its top. */
export function inletOf(box: Box): number {
  return headOf(box.lines.length) / 2;
}

function outletOf(box: Box, source: string): number {
  const row = box.rows.findIndex(({ node }) => node.id === source);
  return row === -1 ? inletOf(box) : headOf(box.lines.length) + (row + 0.5) * ROW;
}

/** Files, then each as far left as what it reads allows; panels together at the right. */
function columnsOf(
  nodes: readonly LineageNode[],
  edges: readonly { readonly from: string; readonly to: string }[],
): ReadonlyMap<string, number> {
  const columns = new Map<string, number>();
  let waiting = nodes.filter(({ kind }) => kind !== 'panel');
  while (waiting.length > 0) {
    const left = new Set(waiting.map(({ id }) => id));
    const ready = waiting.filter(({ id }) => !edges.some(({ from, to }) => to === id && left.has(from)));
    for (const { id, kind } of ready) {
      const inputs = edges.filter(({ to }) => to === id).map(({ from }) => columns.get(from) ?? 0);
      columns.set(id, kind === 'files' ? 0 : 1 + Math.max(0, ...inputs));
    }
    if (ready.length === 0) break;
    waiting = waiting.filter(({ id }) => !columns.has(id));
  }
  const last = 1 + Math.max(0, ...columns.values());
  for (const { id, kind } of nodes) if (kind === 'panel') columns.set(id, last);
  return columns;
}
