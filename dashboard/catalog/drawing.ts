/** A data set's lineage as SVG, made when the report is written: it needs no script to be seen. */

import type { Lineage, LineageNode } from '../../core/catalog/lineage.ts';
import { escapeHtml } from '../html.ts';
import { type Box, boxesOf, headOf, ROW } from './boxes.ts';
import { layoutOf, type PlacedBox } from './layout.ts';
import { KIND_WORDS, type Places } from './names.ts';
import { FONT_SIZE } from './text.ts';

/** The fragment identifier of the mark that a published table carries. */
export const WAREHOUSE_MARK = 'in-warehouse';

const HEADING = 30;
/** Around the drawing, for outlines. */
const MARGIN = 6;
const LINE = 15;

const COLUMN_WORDS = ['Files', 'Clean tables', 'Models and analyses'];

export interface Titled {
  readonly title: string;
  readonly description: string;
  /** Unique in the page. */
  readonly id: string;
}

export function drawLineage(lineage: Lineage, places: Places, { title, description, id }: Titled): string {
  const layout = layoutOf(boxesOf(lineage));
  // Numbers are shorter than names, and are what the script goes by.
  const numbers = new Map(lineage.nodes.map((node, index) => [node.id, index]));
  const number = (node: string) => numbers.get(node) ?? -1;
  const reads = new Map<string, number[]>();
  for (const { from, to } of lineage.edges) reads.set(to, [...(reads.get(to) ?? []), number(from)]);

  const edges = layout.edges.map(
    ({ edge, path }) => `<path data-edge="${number(edge.source)} ${number(edge.to.node.id)}" d="${path}"/>`,
  );
  const entered = new Set(layout.edges.map(({ edge }) => edge.to));
  const boxes = layout.boxes.map((placed) =>
    drawBox(placed, entered.has(placed.box), (node) => ({
      place: places.get(node.id),
      data: ` data-node="${number(node.id)}" data-reads="${(reads.get(node.id) ?? []).join(' ')}"`,
    })),
  );
  const last = layout.columns.length - 1;
  const isPanels = layout.boxes.some(({ box }) => box.column === last && box.node.kind === 'panel');
  const headings = layout.columns.flatMap((x, column) => {
    const word = column === last && isPanels ? 'Panels' : COLUMN_WORDS[column];
    return word === undefined ? [] : [`<text x="${x}" y="12">${word}</text>`];
  });
  const [width, height] = [Math.ceil(layout.width) + 2 * MARGIN, layout.height + HEADING + 2 * MARGIN];
  return `<svg class="lineage" id="${id}" role="group" aria-labelledby="${id}-title" aria-describedby="${id}-desc" width="${width}" height="${height}" viewBox="${-MARGIN} ${-HEADING - MARGIN} ${width} ${height}" font-size="${FONT_SIZE}">
<title id="${id}-title">${escapeHtml(title)}</title>
<desc id="${id}-desc">${escapeHtml(description)}</desc>
<g class="columns" transform="translate(0 ${-HEADING})" aria-hidden="true">${headings.join('')}</g>
<g class="edges" aria-hidden="true">${edges.join('\n')}</g>
${boxes.join('\n')}
</svg>`;
}

/** Where a node leads, and what the script is told of it. */
type Known = (node: LineageNode) => { readonly place: string | undefined; readonly data: string };

function drawBox({ box, x, y, width }: PlacedBox, isEntered: boolean, known: Known): string {
  const head = headOf(box.lines.length);
  const texts = box.lines.map(
    (line, index) =>
      `<text x="14" y="${(head - box.lines.length * LINE) / 2 + 11 + index * LINE}">${escapeHtml(line)}</text>`,
  );
  const arrow = isEntered ? `<path class="arrow" d="M-7 ${head / 2 - 4}L0 ${head / 2}L-7 ${head / 2 + 4}z"/>` : '';
  const frame = `<rect width="${width}" height="${box.height}" rx="5"/><path class="stripe" d="M2.5 5V${box.height - 5}"/>`;
  const own = `${frame}${texts.join('')}${mark(box.isPublished, width, head / 2)}`;
  return `<g transform="translate(${x} ${y})" class="box of-${box.node.kind}">${arrow}${linked(box.node, box.isPublished, own, known)}${rowsOf(box, width, head, known)}</g>`;
}

function rowsOf(box: Box, width: number, head: number, known: Known): string {
  return box.rows
    .map(({ node, isPublished }, index) => {
      const own = `<rect x="4" width="${width - 4}" height="${ROW}"/><text x="14" y="16">${escapeHtml(node.name)}</text>${mark(isPublished, width, ROW / 2)}`;
      return `<g transform="translate(0 ${head + index * ROW})" class="row"><path d="M4 0H${width - 0.5}"/>${linked(node, isPublished, own, known)}</g>`;
    })
    .join('');
}

function linked(node: LineageNode, isPublished: boolean, content: string, known: Known): string {
  const { place, data } = known(node);
  const title = `<title>${escapeHtml(`${KIND_WORDS[node.kind]} ${node.name}${isPublished ? ', also in the warehouse' : ''}`)}</title>`;
  return place === undefined ? `<g${data}>${title}${content}</g>` : `<a href="#${place}"${data}>${title}${content}</a>`;
}

function mark(isPublished: boolean, width: number, middle: number): string {
  return isPublished ? `<use href="#${WAREHOUSE_MARK}" x="${width - 22}" y="${middle - 7}"/>` : '';
}
