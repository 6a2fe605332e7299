/** The catalog: what tables there are, what each holds, and what comes from what. */

import { type Lineage, type LineageNode, partOf } from '../../core/catalog/lineage.ts';
import type { Catalog, CatalogDataset, CatalogTable } from '../../core/catalog/types.ts';
import { counted } from '../../core/words.ts';
import { escapeHtml } from '../html.ts';
import { drawLineage, WAREHOUSE_MARK } from './drawing.ts';
import { type Neighbours, renderEntry } from './entry.ts';
import { KIND_WORDS, type Places, placesOf, renderName } from './names.ts';

export const CATALOG_ID = 'catalog';

/** Nothing where no data set has landed. */
export function renderCatalog(catalog: Catalog): string {
  const { datasets, lineage } = catalog;
  if (datasets.length === 0) return '';
  const places = placesOf(catalog);
  const contents = datasets.map(
    ({ dataset, title }) => `<li><a href="#${datasetId(dataset)}">${escapeHtml(title)}</a></li>`,
  );
  return `<section id="${CATALOG_ID}" aria-labelledby="${CATALOG_ID}-title">
<h2 id="${CATALOG_ID}-title">Catalog</h2>
<p class="note">Every table: what it holds, what it is made from, and what reads it. A box leads to its table below, or to the panel that shows it.</p>
${LEGEND}
<nav class="within" aria-label="Data sets of the catalog"><ul>
${contents.join('\n')}
</ul></nav>
${datasets.map((dataset) => renderDataset(dataset, partOf(lineage, dataset.dataset), lineage, places)).join('\n')}
</section>
`;
}

const LEGEND = `<ul class="legend" aria-label="Legend">
${(['files', 'clean', 'model', 'analysis', 'panel'] as const)
  .map((kind) => `<li><span class="swatch of-${kind}"></span>${KIND_WORDS[kind]}</li>`)
  .join('\n')}
<li><svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true"><path id="${WAREHOUSE_MARK}" class="cylinder" d="M2 3.5v7c0 1.2 2.2 2 5 2s5-.8 5-2v-7M2 3.5c0 1.2 2.2 2 5 2s5-.8 5-2-2.2-2-5-2-5 .8-5 2z"/></svg>Also in the warehouse</li>
</ul>`;

function datasetId(dataset: string): string {
  return `${CATALOG_ID}-${dataset}`;
}

function renderDataset(entry: CatalogDataset, part: Lineage, whole: Lineage, places: Places): string {
  const { dataset, title, description, version, tables, panels } = entry;
  const id = datasetId(dataset);
  const counts = [
    counted(tables.length, 'table'),
    counted(
      tables.reduce((sum, { columns }) => sum + columns.length, 0),
      'column',
    ),
    counted(panels.length, 'panel'),
  ].join(', ');
  const words = {
    id: `${id}-lineage`,
    title: `Lineage of ${title}`,
    description:
      'From left to right: files, clean tables, models and analyses, panels. The table below it says the same.',
  };
  const neighbours = neighboursOf(whole);
  // Of a result, what its analysis reads.
  const around = ({ table, kind }: CatalogTable): Neighbours => {
    const { before, after } = neighbours(table);
    return { before: kind === 'result' ? before.flatMap(({ id }) => neighbours(id).before) : before, after };
  };
  const sections = GROUPS.flatMap(([heading, kind]) => {
    const own = tables.filter((table) => table.kind === kind);
    if (own.length === 0) return [];
    const entries = own.map((table) => renderEntry(dataset, table, around(table), places));
    return [`<h4>${heading}</h4>\n${entries.join('\n')}`];
  });
  return `<article class="panel catalog" id="${id}" aria-labelledby="${id}-title">
<div class="drawn">
<h3 id="${id}-title">${escapeHtml(title)}</h3>
<p class="note">${escapeHtml(description)} <span class="count">${counts}; contract version ${escapeHtml(version)}.</span></p>
<div class="lineage-box" role="region" tabindex="0" aria-label="${escapeHtml(words.title)}, drawn">
${drawLineage(part, places, words)}
</div>
</div>
${renderReads(part, places, words.title)}
${sections.join('\n')}
</article>`;
}

const GROUPS: readonly (readonly [string, CatalogTable['kind']])[] = [
  ['Clean tables', 'clean'],
  ['Models', 'model'],
  ['Results of analyses', 'result'],
];

function neighboursOf({ nodes, edges }: Lineage): (id: string) => Neighbours {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const named = (ids: readonly string[]) => ids.flatMap((id) => byId.get(id) ?? []);
  return (id) => ({
    before: named(edges.filter(({ to }) => to === id).map(({ from }) => from)),
    after: named(edges.filter(({ from }) => from === id).map(({ to }) => to)),
  });
}

/** The drawing in words, for whoever does not see it. */
function renderReads(part: Lineage, places: Places, title: string): string {
  const neighbours = neighboursOf(part);
  // Links once, in front: there are many names.
  const cell = (nodes: readonly LineageNode[]) => escapeHtml(nodes.map(({ name }) => name).join(', ')) || '–';
  const rows = part.nodes
    .filter(({ kind }) => kind !== 'warehouse')
    .map((node) => {
      const { before, after } = neighbours(node.id);
      const readers = after.filter(({ kind }) => kind !== 'warehouse');
      return `<tr><th scope="row" class="names">${renderName(node, places)}<td>${KIND_WORDS[node.kind]}<td>${cell(before)}<td>${cell(readers)}`;
    });
  return `<details>
<summary>The same as a table <span class="count">what each reads, and what reads it</span></summary>
<div class="table-box long" role="region" tabindex="0" aria-label="${escapeHtml(title)}, as a table">
<table class="reads">
<thead><tr><th scope="col">Name<th scope="col">Kind<th scope="col">Reads<th scope="col">Read by</thead>
<tbody>
${rows.join('\n')}
</table>
</div>
</details>`;
}
