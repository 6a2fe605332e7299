/** What a second load brings: a file that is late, one that grows and one that takes rows back. */

import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Workspace } from '../../support/cli.ts';

interface Late {
  /** Within the landing folder. */
  readonly folder: string;
  /** Of the files in it, those that are meant. */
  readonly name: RegExp;
}

/**
 * The last of several files comes with the second load alone. So do the second half of the first file's rows, and a
 * correction that takes back half of the second's, where there are more than two.
 */
const LATE: Readonly<Record<string, readonly Late[]>> = {
  learnplatform: [{ folder: 'learnplatform/engagement_data', name: /^\d+[.]csv$/ }],
  'kiosk-sales': [{ folder: 'kiosk-sales', name: /^items_purchased_\d+[.]csv$/ }],
  'course-engagement': [
    { folder: 'course-engagement', name: /^student_video_watched[.]csv$/ },
    { folder: 'course-engagement', name: /^student_purchases[.]csv$/ },
  ],
  'app-installs': [
    { folder: 'app-installs', name: /^accounts_provisioned[.]csv$/ },
    { folder: 'app-installs/sections', name: /[.]ndjson$/ },
  ],
};

/** @param datasets hyphenated names */
export function holdBack(work: Workspace, datasets: readonly string[]): void {
  for (const late of lateOf(datasets)) {
    const { folder } = late;
    const names = lateFiles(join(work.landing, folder), late);
    const [first = '', ...others] = names;
    const last = others.at(-1);
    mkdirSync(join(aside(work), folder), { recursive: true });
    for (const name of last === undefined ? [first] : [first, last]) {
      renameSync(join(work.landing, folder, name), join(aside(work), folder, name));
    }
    writeFileSync(join(work.landing, folder, first), firstHalf(join(aside(work), folder, first)));
    const [second] = names.slice(1, -1);
    if (second === undefined) continue;
    writeFileSync(join(aside(work), folder, second), firstHalf(join(work.landing, folder, second)));
  }
}

export function release(work: Workspace, datasets: readonly string[]): void {
  for (const folder of new Set(lateOf(datasets).map((late) => late.folder))) {
    for (const name of filesIn(join(aside(work), folder))) {
      writeFileSync(join(work.landing, folder, name), readFileSync(join(aside(work), folder, name)));
    }
  }
}

const aside = (work: Workspace) => join(work.root, 'aside');

const lateOf = (datasets: readonly string[]) => datasets.flatMap((dataset) => LATE[dataset] ?? []);

function firstHalf(path: string): string {
  const lines = readFileSync(path, 'utf8').split('\n');
  return `${lines.slice(0, lines.length / 2).join('\n')}\n`;
}

function lateFiles(folder: string, { name }: Late): string[] {
  return filesIn(folder)
    .filter((file) => name.test(file))
    .sort();
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : []));
}
