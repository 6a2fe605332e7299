/** What a rehearsal came to. */

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Compared } from './comparison.ts';
import type { Rehearsal } from './rehearsal.ts';
import { askedIn, judge } from './rights.ts';
import { seconds, tableText } from './transcript.ts';

/** @param folder where the engines keep what they hold @returns the exit code */
export function printSummary(
  { transcript, stage, machine }: Rehearsal,
  compared: ReadonlyMap<string, readonly Compared[]>,
  folder: string,
): number {
  const print = (text: string) => process.stdout.write(`${text}\n`);
  for (const kind of ['function', 'state'] as const) {
    const rows = transcript
      .totals(kind)
      .map(({ name, times, failed, milliseconds, slowest }) => [
        name,
        times,
        failed,
        seconds(milliseconds),
        seconds(slowest),
      ]);
    print(`\n${tableText([kind, kind === 'function' ? 'calls' : 'entered', 'failed', 'took', 'slowest'], rows)}`);
  }
  let found = 0;
  for (const [act, tables] of compared) {
    const names = [...new Set(tables.map(({ table }) => table))];
    const of = (table: string, where: Compared['where']) => {
      const own = tables.find((one) => one.table === table && one.where === where);
      return own === undefined ? '-' : own.differences;
    };
    const rows = names.map((table) => [
      table,
      tables.find((one) => one.table === table)?.rows ?? 0,
      of(table, 'Athena'),
      of(table, 'Redshift'),
    ]);
    print(`\n${tableText([act, 'rows', 'differ in Athena', 'differ in Redshift'], rows)}`);
    const differing = tables.filter(({ differences }) => differences > 0);
    for (const { table, where, examples } of differing) print(`${table} in ${where}: ${examples.join('; ')}`);
    const rowsCompared = tables.reduce((sum, { rows: own }) => sum + own, 0);
    print(`${act}: ${tables.length} tables, ${rowsCompared} rows compared, ${differing.length} tables differ`);
    found += differing.length;
  }
  const verdict = judge(stage.templates, [...askedIn(stage.templates, stage.bridge.calls), ...machine.asked]);
  print('');
  for (const [role, actions] of verdict.unused) print(`never used by ${role}: ${actions.join(', ')}`);
  for (const [what, times] of verdict.refused) print(`refused: ${what} (${times} times)`);
  print(`rights: ${verdict.calls} calls judged, ${verdict.refused.size} kinds of them refused`);
  print(`disk: ${Math.round(bytesUnder(folder) / 1024 ** 2)} MiB of the engines`);
  const isGood = found === 0 && verdict.refused.size === 0;
  print(isGood ? 'the rehearsal is sound' : 'the rehearsal FAILED');
  return isGood ? 0 : 1;
}

function bytesUnder(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce(
      (sum, entry) => sum + (statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
}
