/** Debian's Chromium, started for a test file, and the report that the files share. */

import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** A phone's width and a desk's, in both themes. */
export const SCREENS = [
  { width: 390, colorScheme: 'light' },
  { width: 390, colorScheme: 'dark' },
  { width: 1440, colorScheme: 'light' },
  { width: 1440, colorScheme: 'dark' },
] as const;

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Without a sandbox of its own, since tests run as root, and without what it would ask a network for by itself. */
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @throws Error where there is no Chromium: a browser test that cannot run has not passed. */
export function launchChromium(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM_PATH'] ?? PLACES.find(existsSync);
  if (executablePath === undefined || !existsSync(executablePath)) {
    const tried = executablePath ?? PLACES.join(', ');
    throw new Error(`no Chromium at ${tried}: install Debian's chromium or set CHROMIUM_PATH`);
  }
  return chromium.launch({ executablePath, args: ARGUMENTS });
}

/** The address of the report that a first start has left; see first-start.mjs. */
export function firstReport(): string {
  const url = process.env['LANDFALL_FIRST_REPORT'];
  if (url === undefined) throw new Error('no first start: use test/browser/jest.config.json');
  return url;
}
