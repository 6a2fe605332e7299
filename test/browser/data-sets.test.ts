/** The report that a first start leaves: a page for every data set that Landfall ships. */

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { loadProject } from '../../adapters/local/project.ts';
import { judge, WCAG } from './axe.ts';
import { firstReport, launchChromium, SCREENS } from './chromium.ts';

const { dashboards } = await loadProject();
const PAGES = ['overview', ...dashboards.map(({ dataset }) => `data-${dataset}`)];

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
});

describe.each(PAGES)('%s', (place) => {
  it.each(SCREENS)('fits, with every chart drawn, at $width px, $colorScheme', async ({ width, colorScheme }) => {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
    try {
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(`${firstReport()}#${place}`);
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
      expect((await judge(page, WCAG)).violations).toEqual([]);
    } finally {
      await context.close();
    }
  });
});
