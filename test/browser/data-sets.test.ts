/** The report that a first start leaves: a page for every data set that Landfall ships. */

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AxeResults } from 'axe-core';
import type { Browser } from 'playwright-core';
import { loadProject } from '../../adapters/local/project.ts';
import { Workspace } from '../support/cli.ts';
import { launchChromium, SCREENS } from './chromium.ts';

const { source: axeSource } = createRequire(import.meta.url)('axe-core') as { source: string };
const { dashboards } = await loadProject();
const PAGES = ['overview', ...dashboards.map(({ dataset }) => `data-${dataset}`)];
const RULES = '{ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }';

const work = new Workspace();
let browser: Browser;
let url: string;
beforeAll(async () => {
  browser = await launchChromium();
  const { code, stderr } = await work.cli(['start']);
  if (code !== 0) throw new Error(stderr);
  url = pathToFileURL(join(work.root, '.landfall/sample/report/index.html')).href;
}, 90_000);
afterAll(async () => {
  await browser?.close();
  work.close();
});

describe.each(PAGES)('%s', (place) => {
  it.each(SCREENS)('fits, with every chart drawn, at $width px, $colorScheme', async ({ width, colorScheme }) => {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
    try {
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(`${url}#${place}`);
      await expect(page.locator('main > .shown').getAttribute('id')).resolves.toBe(place);
      await page.locator('.shown .chart:not([data-drawn])').first().waitFor({ state: 'detached' });
      const charts = await page.$$eval('.shown .chart', (all) =>
        all.map((chart) => ({
          id: chart.id,
          drawn: chart.getAttribute('data-drawn'),
          shapes: chart.querySelectorAll('.role-mark path, .role-mark text, .role-mark line').length,
          spill: chart.scrollWidth - chart.clientWidth,
        })),
      );
      if (place !== 'overview') expect(charts.length).toBeGreaterThan(4);
      expect(charts.filter(({ drawn, shapes, spill }) => drawn !== 'yes' || shapes === 0 || spill > 0)).toEqual([]);
      const widths = await page.locator('html').evaluate((node) => [node.scrollWidth, node.clientWidth]);
      expect(widths[0]).toBe(widths[1]);
      expect(complaints).toEqual([]);
      await page.evaluate(axeSource);
      const { violations } = (await page.evaluate(`axe.run(document, ${RULES})`)) as AxeResults;
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(' ')}`)).toEqual([]);
    } finally {
      await context.close();
    }
  });
});
