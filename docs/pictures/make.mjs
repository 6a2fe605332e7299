// Makes the README's pictures: the report of the generated sample, which is the same each time, in both themes. Fonts
// are those of the machine, so that another machine's pictures may differ by a pixel.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const WIDTH = 1180;
/** What is shown, by their titles; each in the report's own order, one below the other. */
const PANELS = ['Students active on a day', 'What sets the groups of districts apart'];
/** A README with more than this is slow to open on a phone. */
const MOST_BYTES = 300_000;

const here = fileURLToPath(new URL('.', import.meta.url));
const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
if (!existsSync(executablePath)) {
  throw new Error(`no Chromium at ${executablePath}: install Debian's chromium or set CHROMIUM_PATH`);
}

function makeReport(folder) {
  const landfall = fileURLToPath(new URL('../../cli/landfall.mjs', import.meta.url));
  const none = join(folder, 'landing');
  const run = spawnSync(process.execPath, [landfall, 'start', '--landing', none, '--state', folder], {
    stdio: 'inherit',
  });
  if (run.status !== 0) throw new Error(`landfall start ended with ${run.status}`);
  return pathToFileURL(join(folder, 'sample', 'report', 'index.html')).href;
}

/** Leaves only the panels of the picture, without what differs from run to run. */
function arrange(titles) {
  const keep = [...document.querySelectorAll('article')].filter((article) =>
    titles.includes(article.querySelector('h3').textContent),
  );
  if (keep.length !== titles.length) throw new Error(`of ${titles.join(', ')} only ${keep.length} are in the report`);
  const panels = keep[0].closest('.panels');
  panels.replaceChildren(...keep);
  for (const section of document.querySelectorAll('main > section')) if (!section.contains(panels)) section.remove();
  for (const other of document.querySelectorAll('nav, header, footer, #overview, h2, details')) other.remove();
  document.querySelector('section').classList.remove('away');
  document.querySelector('section').style.paddingTop = '1.5rem';
  document.querySelector('main').style.paddingBottom = '1.5rem';
}

async function picture(browser, url, colorScheme) {
  const page = await browser.newPage({ viewport: { width: WIDTH, height: 900 }, colorScheme, reducedMotion: 'reduce' });
  await page.goto(url);
  await page.waitForFunction(() => [...document.querySelectorAll('.chart')].every((chart) => chart.dataset.drawn));
  await page.evaluate(arrange, PANELS);
  const path = join(here, `report-${colorScheme}.png`);
  await page.locator('main').screenshot({ path });
  const bytes = statSync(path).size;
  if (bytes > MOST_BYTES) throw new Error(`${path} has ${bytes} bytes, more than ${MOST_BYTES}: show less in it`);
  console.log(`${path}: ${bytes} bytes`);
}

const folder = mkdtempSync(join(tmpdir(), 'landfall-pictures-'));
const browser = await chromium.launch({ executablePath, args: ['--headless', '--no-sandbox', '--disable-gpu'] });
try {
  const url = makeReport(folder);
  for (const colorScheme of ['light', 'dark']) await picture(browser, url, colorScheme);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
