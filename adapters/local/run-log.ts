/** The event log of each run, a JSON line an event, as it happens: what a killed run leaves tells how far it came. */

import { appendFileSync, mkdirSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunEvent } from '../shared/visits.ts';

/** Older ones go. */
const KEPT = 50;

export class RunLog {
  readonly file: string;
  private broken = false;

  /** @param folder `runs/` of the state folder */
  constructor(folder: string, runId: string) {
    mkdirSync(folder, { recursive: true });
    this.file = join(folder, `${runId}.jsonl`);
  }

  /**
   * Written at once: a run that is killed has told how far it came. A run is worth more than its log: on a full disk the
   * log ends, and what can't do without the disk says so.
   */
  write(event: object): void {
    if (this.broken) return;
    try {
      appendFileSync(this.file, `${JSON.stringify(event)}\n`);
    } catch {
      this.broken = true;
    }
  }
}

/** Takes out the events that quote one of these: what an audit found may be in a failure's cause. */
export async function forgetInRunLogs(folder: string, words: readonly string[]): Promise<void> {
  const written = words.map((word) => JSON.stringify(word).slice(1, -1));
  for (const name of (await readdir(folder).catch(() => [])).filter((entry) => entry.endsWith('.jsonl'))) {
    const file = join(folder, name);
    const lines = (await readFile(file, 'utf8')).split('\n');
    const kept = lines.filter((line) => !written.some((word) => line.includes(word)));
    if (kept.length < lines.length) await writeFile(file, kept.join('\n'));
  }
}

/** Run ids sort by time. */
export async function sweepRunLogs(folder: string): Promise<void> {
  const logs = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.jsonl')).sort();
  for (const name of logs.slice(0, -KEPT)) await rm(join(folder, name), { force: true });
}

/** The events of a run; none where it left no log. A line that a kill cut off is left out. */
export async function readRunLog(folder: string, runId: string): Promise<readonly RunEvent[]> {
  const text = await readFile(join(folder, `${runId}.jsonl`), 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as RunEvent];
    } catch {
      return [];
    }
  });
}
