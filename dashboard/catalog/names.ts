/** What a node of the lineage is called, and the place that tells more of it. */

import { analysisNode, type LineageKind, type LineageNode, panelNode } from '../../core/catalog/lineage.ts';
import type { Catalog } from '../../core/catalog/types.ts';
import { escapeHtml, panelId, tableId } from '../html.ts';

export const KIND_WORDS: Readonly<Record<LineageKind, string>> = {
  files: 'Files',
  clean: 'Clean table',
  ops: "Landfall's own table",
  model: 'Model',
  analysis: 'Analysis',
  result: 'Result',
  panel: 'Panel',
  warehouse: 'Table of the warehouse',
};

/** By a node's identifier: the fragment identifier of its place in the page. Files have none. */
export type Places = ReadonlyMap<string, string>;

export function placesOf({ datasets }: Catalog): Places {
  const places = new Map<string, string>();
  for (const { dataset, schema, tables, panels } of datasets) {
    for (const table of tables) {
      const place = tableId(dataset, table.name);
      places.set(table.table, place);
      if (table.kind !== 'result') continue;
      // An analysis is at the first of its results.
      const analysis = analysisNode(schema, table.analysis);
      if (!places.has(analysis)) places.set(analysis, place);
    }
    for (const { number } of panels) places.set(panelNode(dataset, number), panelId(dataset, number));
  }
  return places;
}

/** Its name in a text: as a link where it leads somewhere. */
export function renderName(node: LineageNode, places: Places): string {
  const name = escapeHtml(node.name);
  const place = places.get(node.id);
  return place === undefined
    ? `<span${classOf(node)}>${name}</span>`
    : `<a${classOf(node)} href="#${place}">${name}</a>`;
}

/** People wrote a panel's name, all others are names of a machine, which `.names` sets in a fixed-width font. */
function classOf({ kind }: LineageNode): string {
  return kind === 'panel' ? ' class="title"' : '';
}
