/** The styles, scripts and licences that a report carries, read from this package and from node_modules. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { inlineCode, inlineCss } from './html.ts';
import type { InlineScript, ReportAssets } from './render.ts';

/** In this order: vega-lite and vega-embed look for the globals that come before them. */
const LIBRARIES = ['vega', 'vega-lite', 'vega-embed'];

/** What screens and paper change comes last. */
const STYLES = ['theme', 'page', 'panels', 'catalog', 'screens'].map((name) => `./assets/${name}.css`);
const CLIENT = ['theme', 'pages', 'catalog', 'report'].map((name) => `./assets/${name}.js`);

/** Reads the assets; a caller keeps them for as many reports as it makes. Rejects where a file is missing. */
export async function readAssets(): Promise<ReportAssets> {
  const [css, client, libraries, licences] = await Promise.all([
    readAll(STYLES),
    readAll(CLIENT),
    readAll(LIBRARIES.map((name) => `../node_modules/${name}/build/${name}.min.js`)),
    readAll(LIBRARIES.map((name) => `../node_modules/${name}/LICENSE`)),
  ]);
  return {
    css: inlineCss(css.join('\n')),
    scripts: [...libraries, ...client].map(inlineScript),
    notices: licences.map((text, index) => comment(`${LIBRARIES[index]}\n${text.trim()}`)).join('\n\n'),
  };
}

function readAll(paths: readonly string[]): Promise<string[]> {
  return Promise.all(paths.map((path) => readFile(new URL(path, import.meta.url), 'utf8')));
}

function inlineScript(source: string): InlineScript {
  const code = inlineCode(source);
  return { code, sha256: createHash('sha256').update(code, 'utf8').digest('base64') };
}

/** Two hyphens could end an HTML comment. */
function comment(text: string): string {
  return text.replace(/--+/g, '-');
}
