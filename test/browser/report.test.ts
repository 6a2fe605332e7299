import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Locator, Page } from 'playwright-core';
import { readAssets } from '../../dashboard/assets.ts';
import { isTable } from '../../dashboard/chart.ts';
import { renderReport } from '../../dashboard/render.ts';
import { learnplatformDashboard, learnplatformReport } from '../dashboard/fixture.ts';
import { judge, WCAG } from './axe.ts';
import { launchChromium, SCREENS } from './chromium.ts';

const CHARTS = learnplatformDashboard().panels.filter((panel) => !isTable(panel)).length;

let folder: string;
let url: string;
let browser: Browser | undefined;
let page: Page;
/** What the page wrote as an error, threw, or asked for besides itself. */
let complaints: string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-report-'));
  const file = join(folder, 'index.html');
  writeFileSync(file, renderReport(learnplatformReport(), await readAssets()));
  url = pathToFileURL(file).href;
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

afterEach(async () => {
  for (const context of browser?.contexts() ?? []) await context.close();
});

/** @param place of the page, where the address begins */
async function open(
  screen: { width: number; colorScheme: 'light' | 'dark' },
  place = '#data-learnplatform',
): Promise<void> {
  if (browser === undefined) throw new Error('no browser');
  const context = await browser.newContext({
    viewport: { width: screen.width, height: 900 },
    colorScheme: screen.colorScheme,
    // West of UTC: a date that is taken for midnight UTC shows as the day before.
    timezoneId: 'America/Los_Angeles',
  });
  page = await context.newPage();
  complaints = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== url) complaints.push(`asked for ${request.url()}`);
  });
  await page.goto(`${url}${place}`);
  await drawn();
}

/** Until every chart is drawn, and no drawing has failed. */
async function drawn(): Promise<void> {
  await page.locator(`:nth-match(.chart[data-drawn], ${CHARTS})`).waitFor({ state: 'attached' });
  expect(await page.locator('.chart[data-drawn=failed]').count()).toBe(0);
}

async function openFigures(): Promise<void> {
  for (const details of await page.locator('details').all()) {
    await details.evaluate((node) => node.setAttribute('open', ''));
  }
}

/** A chart's shapes, besides its axes and legends. */
function marks(): Promise<number[]> {
  return page.$$eval('.chart', (charts) =>
    charts.map((chart) => {
      const shapes = chart.querySelectorAll('.mark-line path, .mark-area path, .mark-symbol path, .mark-rect path');
      return [...shapes].filter((shape) => !shape.closest('.role-legend, .role-axis') && shape.getAttribute('d'))
        .length;
    }),
  );
}

describe.each([...SCREENS, { width: 768, colorScheme: 'light' } as const])(
  'the report at $width px, $colorScheme',
  (screen) => {
    it('draws every chart, without an error or a request', async () => {
      await open(screen);
      const counts = await marks();
      expect(counts).toHaveLength(CHARTS);
      for (const count of counts) expect(count).toBeGreaterThan(0);
      expect(complaints).toEqual([]);
    });

    it('is no wider than the screen, nor is any chart wider than its panel', async () => {
      await open(screen);
      await openFigures();
      const widths = await page.locator('html').evaluate((node) => [node.scrollWidth, node.clientWidth]);
      expect(widths[0]).toBe(widths[1]);
      const spills = await page.$$eval('.chart', (charts) =>
        charts.filter((chart) => chart.scrollWidth > chart.clientWidth).map((chart) => chart.id),
      );
      expect(spills).toEqual([]);
    });
  },
);

describe.each(SCREENS)('the report at $width px, $colorScheme', (screen) => {
  it.each(['', '#data-learnplatform'])('passes axe, WCAG 2 AA, with all figures open: %s', async (place) => {
    await open(screen, place);
    await openFigures();
    const { violations, passes } = await judge(page, [...WCAG, 'best-practice']);
    expect(violations).toEqual([]);
    expect(passes).toEqual(expect.arrayContaining(['color-contrast', 'heading-order']));
  });
});

describe('the report', () => {
  const FIRST_COLOUR = { light: '#154a9e', dark: '#4a9ff5' };

  function line(theme: keyof typeof FIRST_COLOUR): Locator {
    return page.locator(`.chart .mark-line path[stroke="${FIRST_COLOUR[theme]}"]`).first();
  }

  function panel(title: string): Locator {
    return page.locator('article', { has: page.getByRole('heading', { name: title, exact: true }) });
  }

  it('names and describes every chart', async () => {
    await open({ width: 1440, colorScheme: 'light' });
    const charts = await page.$$eval('.chart', (nodes) =>
      nodes.map((node) => ({
        name: node.getAttribute('aria-label') ?? '',
        description:
          node.ownerDocument.getElementById(node.getAttribute('aria-describedby') ?? '')?.textContent?.trim() ?? '',
      })),
    );
    expect(charts).toHaveLength(CHARTS);
    expect(new Set(charts.map(({ name }) => name)).size).toBe(CHARTS);
    for (const { description } of charts) expect(description.length).toBeGreaterThan(50);
  });

  it('redraws its charts when the theme changes', async () => {
    await open({ width: 1440, colorScheme: 'light' });
    await line('light').waitFor();
    await page.emulateMedia({ colorScheme: 'dark' });
    await line('dark').waitFor();
    await line('light').waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });

  it('prints in the light theme, without navigation', async () => {
    await open({ width: 1440, colorScheme: 'dark' });
    await line('dark').waitFor();
    await page.emulateMedia({ media: 'print' });
    await line('light').waitFor();
    expect(await page.locator('nav.top').isVisible()).toBe(false);
  });

  it('prints every chart and open table whole, on a page much narrower than the screen', async () => {
    await open({ width: 1440, colorScheme: 'light' });
    await openFigures();
    await page.emulateMedia({ media: 'print' });
    // The width of A4 between margins of a centimetre, as printing lays the page out without drawing anew.
    await page.locator('body').evaluate((body) => {
      body.style.width = '718px';
    });
    const cut = await page.locator('body').evaluate((body) => {
      const right = body.getBoundingClientRect().right;
      const boxes = [...body.querySelectorAll('.chart svg, .table-box, .totals dd')];
      return boxes
        .filter((box) => box.getBoundingClientRect().right > right + 1 || box.scrollWidth > box.clientWidth + 1)
        .map((box) => `${box.closest('[id]')?.id} ${box.getAttribute('aria-label') ?? box.tagName}`);
    });
    expect(cut).toEqual([]);
    const parts = await page.$$eval('.chart', (charts) =>
      charts
        .filter((chart) => {
          const [box, picture] = [chart, chart.querySelector('svg')].map((node) => node?.getBoundingClientRect());
          return (
            !box || !picture || picture.height < 40 || picture.bottom > box.bottom + 1 || picture.right > box.right + 1
          );
        })
        .map((chart) => chart.id),
    );
    expect(parts).toEqual([]);
  });

  it('shows the day that a date names, west of UTC', async () => {
    await open({ width: 1440, colorScheme: 'light' });
    const labels = await page.$$eval('.chart', (charts) =>
      [...(charts[0]?.querySelectorAll('.role-axis-label text') ?? [])].map((text) => text.textContent),
    );
    expect(labels).toContain('Jan 2020');
    expect(labels).not.toContain('Dec 2019');
  });

  it('brings out the state that is chosen, and all again', async () => {
    await open({ width: 1440, colorScheme: 'light' });
    const faint = panel('Pages per student by month and state').locator('.mark-line.role-mark path[opacity="0.12"]');
    expect(await faint.count()).toBe(0);
    await page.getByLabel('State to bring out').selectOption('Utah');
    await faint.first().waitFor();
    expect(await faint.count()).toBe(11);
    await page.getByLabel('State to bring out').selectOption('All');
    await faint.first().waitFor({ state: 'detached' });
    expect(complaints).toEqual([]);
  });

  it('lets a district be chosen by keyboard: the chart, the count and the table follow', async () => {
    await open({ width: 390, colorScheme: 'dark' });
    const recommended = panel('Products that a district might choose next');
    const bars = recommended.locator('.mark-rect.role-mark path');
    expect(await bars.count()).toBe(10);
    await page.getByLabel('District', { exact: true }).focus();
    await page.keyboard.press('ArrowDown');
    await recommended.getByText('8 rows').waitFor();
    await bars.nth(8).waitFor({ state: 'detached' });
    expect(await bars.count()).toBe(8);
    await recommended.locator('summary').focus();
    await page.keyboard.press('Enter');
    expect(await recommended.locator('tbody tr').count()).toBe(8);
    await expect(recommended.locator('tbody tr').first().textContent()).resolves.toContain('Product 100');
    await expect(recommended.locator('tbody td.number').first().textContent()).resolves.toBe('90.0%');
    expect(complaints).toEqual([]);
  });

  it('says a figure with its separators where a mark is pointed at', async () => {
    await open({ width: 1440, colorScheme: 'light' });
    const chart = panel('Top products').locator('.chart');
    await chart.scrollIntoViewIfNeeded();
    await chart.locator('.mark-rect.role-mark path').first().hover();
    await expect(page.locator('#vg-tooltip-element').textContent()).resolves.toMatch(/48,208/);
  });

  it('shows one page at a time: the overview, then the data set that is asked for, and its panel', async () => {
    await open({ width: 1440, colorScheme: 'light' }, '');
    const parts = () =>
      page.$$eval('main > section', (all) => all.filter((one) => one.offsetHeight > 0).map(({ id }) => id));
    expect(await parts()).toEqual(['overview']);
    expect(await page.locator('nav [aria-current=page]').textContent()).toBe('Overview');
    expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual(['Overview']);
    await page.locator('.datasets a').first().click();
    expect(await parts()).toEqual(['data-learnplatform']);
    expect(await page.title()).toMatch(/^\S.* · Landfall$/);
    expect(await page.evaluate('scrollY')).toBe(0);
    await page.locator('.contents a').last().click();
    expect(Number(await page.evaluate('scrollY'))).toBeGreaterThan(1000);
    await page.goBack();
    await page.goBack();
    expect(await parts()).toEqual(['overview']);
    expect(await marks()).toHaveLength(CHARTS);
    expect(complaints).toEqual([]);
  });

  it.each(['#nowhere', '#%'])('shows the overview where the address names nothing: %s', async (place) => {
    await open({ width: 1440, colorScheme: 'light' }, place);
    expect(complaints).toEqual([]);
    expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual(['Overview']);
  });

  it('prints all pages', async () => {
    await open({ width: 1440, colorScheme: 'light' }, '');
    await page.emulateMedia({ media: 'print' });
    const heights = await page.$$eval('main > section', (all) => all.map((one) => one.offsetHeight));
    expect(heights).toHaveLength(2);
    for (const height of heights) expect(height).toBeGreaterThan(500);
  });

  it('skips to the content by keyboard', async () => {
    await open({ width: 390, colorScheme: 'light' }, '');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.locator('main:focus').count()).toBe(1);
  });

  it('stays readable without scripts', async () => {
    if (browser === undefined) throw new Error('no browser');
    const context = await browser.newContext({ javaScriptEnabled: false });
    page = await context.newPage();
    await page.goto(url);
    expect(await page.locator('noscript').textContent()).toContain('Charts need JavaScript');
    await page.locator('summary').first().click();
    expect(await page.locator('details table').first().isVisible()).toBe(true);
  });
});
