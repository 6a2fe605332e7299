/** What a second load brings: a file that is late, one that grows and one that takes rows back. */

import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Workspace } from '../../support/cli.ts';

/**
 * Their last file comes with the second load alone. So do the second half of the first file's rows, and a correction that
 * takes back half of the second's, where there are more than two.
 */
const LATE: Readonly<Record<string, string>> = {
  learnplatform: 'learnplatform/engagement_data',
  'kiosk-sales': 'kiosk-sales',
};

/** @param datasets hyphenated names */
export function holdBack(work: Workspace, datasets: readonly string[]): void {
  for (const folder of lateFolders(datasets)) {
    const names = lateFiles(join(work.landing, folder));
    const [first, last] = [names[0] ?? '', names.at(-1) ?? ''];
    mkdirSync(join(aside(work), folder), { recursive: true });
    for (const name of [first, last]) renameSync(join(work.landing, folder, name), join(aside(work), folder, name));
    writeFileSync(join(work.landing, folder, first), firstHalf(join(aside(work), folder, first)));
    const [second] = names.slice(1, -1);
    if (second === undefined) continue;
    writeFileSync(join(aside(work), folder, second), firstHalf(join(work.landing, folder, second)));
  }
}

export function release(work: Workspace, datasets: readonly string[]): void {
  for (const folder of lateFolders(datasets)) {
    for (const name of readdirSync(join(aside(work), folder))) {
      writeFileSync(join(work.landing, folder, name), readFileSync(join(aside(work), folder, name)));
    }
  }
}

const aside = (work: Workspace) => join(work.root, 'aside');

const lateFolders = (datasets: readonly string[]) => datasets.flatMap((dataset) => LATE[dataset] ?? []);

function firstHalf(path: string): string {
  const lines = readFileSync(path, 'utf8').split('\n');
  return `${lines.slice(0, lines.length / 2).join('\n')}\n`;
}

function lateFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /^(\d+|items_purchased_\d+)[.]csv$/.test(name))
    .sort();
}
