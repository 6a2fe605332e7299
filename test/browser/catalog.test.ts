/** The catalog of a first start's report: every data set that Landfall ships. */

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { judge, WCAG } from './axe.ts';
import { firstReport, launchChromium, SCREENS } from './chromium.ts';

const DESK = { viewport: { width: 1440, height: 900 } };

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
});
afterAll(async () => {
  await browser?.close();
});

async function open(options: BrowserContextOptions, place = '#catalog'): Promise<Page> {
  const page = await (await browser.newContext(options)).newPage();
  await page.goto(`${firstReport()}${place}`);
  return page;
}

describe.each(SCREENS)('the catalog at $width px, $colorScheme', ({ width, colorScheme }) => {
  it('scrolls sideways in its drawings alone, and every label is in its box', async () => {
    const page = await open({ viewport: { width, height: 900 }, colorScheme });
    expect(await page.locator('main > .shown').getAttribute('id')).toBe('catalog');
    expect(await page.locator('svg.lineage').count()).toBe(5);
    const widths = await page.locator('html').evaluate((node) => [node.scrollWidth, node.clientWidth]);
    expect(widths[0]).toBe(widths[1]);
    const spills = await page.$$eval('svg.lineage :is(a, g)[data-node]', (nodes) =>
      nodes.flatMap((node) => {
        const box = node.querySelector('rect')?.getBoundingClientRect();
        return [...node.querySelectorAll(':scope > text, :scope > use')]
          .map((text) => ({ text: text.textContent, own: text.getBoundingClientRect() }))
          .filter(({ own }) => !box || own.left < box.left || own.right > box.right - 2 || own.bottom > box.bottom)
          .map(({ text }) => text);
      }),
    );
    expect(spills).toEqual([]);
  });

  it('passes axe with every table open', async () => {
    const page = await open({ viewport: { width, height: 900 }, colorScheme });
    await page.$$eval('#catalog details', (all) => {
      for (const one of all) one.setAttribute('open', '');
    });
    expect((await judge(page, [...WCAG, 'best-practice'])).violations).toEqual([]);
  });
});

describe('the catalog', () => {
  const box = (name: string) => `#catalog-learnplatform-lineage a:has(> title:text-matches("^\\\\w+ ${name}\\\\b"))`;
  const entry = '#table-learnplatform-district_features';

  it('leads from a box to its table, and from there to what it reads and to the panel', async () => {
    const page = await open(DESK);
    await page.locator(box('district_features')).click();
    expect(await page.locator(entry).getAttribute('open')).not.toBeNull();
    expect(await page.locator(`${entry} table`).isVisible()).toBe(true);
    await page.locator(`${entry} .facts a`, { hasText: 'district_cluster_points' }).click();
    const points = page.locator('#table-learnplatform-district_cluster_points');
    expect(await points.getAttribute('open')).not.toBeNull();
    await points.locator('.facts a.title').first().click();
    expect(await page.locator('main > .shown').getAttribute('id')).toBe('data-learnplatform');
    await page.goBack();
    expect(await page.locator('main > .shown').getAttribute('id')).toBe('catalog');
  });

  it('opens the table that the address names', async () => {
    const page = await open(DESK, entry);
    expect(await page.locator('main > .shown').getAttribute('id')).toBe('catalog');
    const top = await page.locator(entry).evaluate((node) => node.getBoundingClientRect().top);
    expect(top).toBeGreaterThan(0);
    expect(top).toBeLessThan(300);
    expect(await page.locator(`${entry} table`).isVisible()).toBe(true);
  });

  it('brings out, by pointer and by keyboard, what a node comes from and what comes of it', async () => {
    const page = await open(DESK);
    const lit = () =>
      page.$$eval('#catalog-learnplatform-lineage.tracing [data-node].lit', (nodes) =>
        nodes.map((node) => node.querySelector('title')?.textContent),
      );
    expect(await lit()).toEqual([]);
    await page.locator(box('sector_monthly')).hover();
    const found = await lit();
    expect(found).toContain('Files products_info.csv');
    expect(found).toContain('Panel Pages per student by sector');
    expect(found).not.toContain('Clean table districts, also in the warehouse');
    await page.mouse.move(0, 0);
    expect(await lit()).toEqual([]);
    await page.locator(box('sector_monthly')).focus();
    expect(await lit()).toEqual(found);
    await page.keyboard.press('Enter');
    expect(await page.locator('#table-learnplatform-sector_monthly').getAttribute('open')).not.toBeNull();
  });

  it('prints its drawings whole, with a line for each table', async () => {
    const page = await open(DESK);
    await page.emulateMedia({ media: 'print' });
    await page.locator('body').evaluate((body) => {
      body.style.width = '1030px';
    });
    const cut = await page.$$eval(
      'svg.lineage, .entry',
      (all) =>
        all.filter((one) => {
          const { right, height } = one.getBoundingClientRect();
          return right > 1031 || height < 10;
        }).length,
    );
    expect(cut).toBe(0);
  });

  it('is there without scripts', async () => {
    const page = await open({ ...DESK, javaScriptEnabled: false });
    expect(await page.locator('svg.lineage').first().isVisible()).toBe(true);
    await page.locator(`${entry} summary`).click();
    expect(await page.locator(`${entry} table`).isVisible()).toBe(true);
  });
});
