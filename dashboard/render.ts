/** A run's report: one HTML file that asks nothing of any network. */

import type { ReportDataset, ReportInput } from '../core/report/types.ts';
import { CATALOG_ID, renderCatalog } from './catalog/page.ts';
import { escapeHtml, panelId, sectionId } from './html.ts';
import { type Erratum, renderOverview } from './overview.ts';
import { renderPanel } from './panel.ts';

/** A script ready to stand in the page, and the base64 SHA-256 that the page's policy admits it by. */
export interface InlineScript {
  readonly code: string;
  readonly sha256: string;
}

/** What every report carries with it; `readAssets` reads it once. */
export interface ReportAssets {
  readonly css: string;
  readonly scripts: readonly InlineScript[];
  /** Licences of the scripts. */
  readonly notices: string;
}

/**
 * The report as a complete HTML document. Pure: the same input gives the same text. Only the scripts of `assets` can
 * run in it (by hash, without eval), and nothing can be fetched.
 */
export function renderReport(input: ReportInput, assets: ReportAssets): string {
  const sections = input.datasets.map((dataset) => ({ dataset, id: sectionId(dataset.dataset) }));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy(assets)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(input.title)}</title>
<style>${assets.css}</style>
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<nav class="top" aria-label="Sections">
<div class="bar">
<a class="brand" href="#top">Landfall</a>
<ul>
<li><a href="#overview">Overview</a></li>
${sections.map(({ dataset, id }) => `<li><a href="#${id}">${escapeHtml(dataset.title)}</a></li>`).join('\n')}
${input.catalog.datasets.length === 0 ? '' : `<li><a href="#${CATALOG_ID}">Catalog</a></li>\n`}</ul>
</div>
</nav>
${renderHeader(input)}
<main id="main" tabindex="-1">
<noscript><p class="notice">Charts need JavaScript, which is off here. The figures behind each chart are in its table.</p></noscript>
${renderOverview(input, sections.flatMap(errataOf))}
${sections.map(({ dataset, id }) => renderDataset(dataset, id)).join('\n')}
${renderCatalog(input.catalog)}</main>
<footer>
<p>Landfall report of run <code>${escapeHtml(input.runId)}</code>, made ${escapeHtml(input.generatedAt)} UTC. This file is complete in itself and asks nothing of any network. Charts are drawn with Vega-Lite.</p>
</footer>
<!--
${assets.notices}
-->
${assets.scripts.map(({ code }) => `<script>${code}</script>`).join('\n')}
</body>
</html>
`;
}

interface Section {
  readonly dataset: ReportDataset;
  readonly id: string;
}

function errataOf({ dataset }: Section): readonly Erratum[] {
  return dataset.panels.flatMap(({ panel: { title, erratum } }, index) =>
    erratum === undefined
      ? []
      : [{ id: panelId(dataset.dataset, index + 1), title: `${dataset.title}, ${title}`, text: erratum }],
  );
}

function contentPolicy(assets: ReportAssets): string {
  const hashes = assets.scripts.map(({ sha256 }) => `'sha256-${sha256}'`).join(' ');
  return `default-src 'none'; script-src ${hashes}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`;
}

function renderHeader(input: ReportInput): string {
  return `<header id="top">
<h1>${escapeHtml(input.title)}</h1>
<dl class="run">
<div><dt>Made</dt><dd><time datetime="${escapeHtml(input.generatedAt.replace(' ', 'T'))}Z">${escapeHtml(input.generatedAt)}</time> UTC</dd></div>
<div><dt>Run</dt><dd><code>${escapeHtml(input.runId)}</code></dd></div>
</dl>
</header>`;
}

function renderDataset({ title, dataset, panels }: ReportDataset, id: string): string {
  const numbered = panels.map((panel, index) => ({ panel, id: panelId(dataset, index + 1) }));
  const contents = numbered.map(
    (entry) => `<li><a href="#${entry.id}">${escapeHtml(entry.panel.panel.title)}</a></li>`,
  );
  return `<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${escapeHtml(title)}</h2>
${panels.length === 0 ? '<p class="empty">This data set has no panels.</p>' : `<nav class="contents" aria-label="Panels of ${escapeHtml(title)} (${escapeHtml(dataset)})"><ol>\n${contents.join('\n')}\n</ol></nav>`}
<div class="panels">
${numbered.map((entry) => renderPanel(entry.panel, entry.id)).join('\n')}
</div>
</section>`;
}
