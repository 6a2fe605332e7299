/** What a rehearsal came to. */

import { type Compared, totalOf } from './comparison.ts';
import type { Rehearsal } from './rehearsal.ts';
import { askedIn, judge } from './rights.ts';
import type { Room } from './room.ts';
import { seconds, type Total, tableText } from './transcript.ts';

/** @returns the exit code */
export function printSummary(
  { transcript, stage, machine }: Rehearsal,
  compared: ReadonlyMap<string, readonly Compared[]>,
  room: Room,
): number {
  const print = (text: string) => process.stdout.write(`${text}\n`);
  const cells = ({ name, times, failed, milliseconds, slowest }: Total) =>
    [name, times, failed, seconds(milliseconds), seconds(slowest)] as const;
  const functions = transcript.totals('function').map((one) => [...cells(one), memoryOf(stage, one.name)]);
  print(`\n${tableText(['function', 'calls', 'failed', 'took', 'slowest', 'memory'], functions)}`);
  const states = transcript.totals('state');
  print(`\n${tableText(['state', 'entered', 'failed', 'took', 'slowest'], states.map(cells))}`);
  const entered = new Set(states.map(({ name }) => name));
  const never = tasksOf(machine.definition).filter((name) => !entered.has(name));
  if (never.length > 0) print(`never entered: ${never.join(', ')}`);
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
    const { rows: rowsCompared, differing } = totalOf(tables);
    for (const { table, where, examples } of differing) print(`${table} in ${where}: ${examples.join('; ')}`);
    print(`${act}: ${tables.length} tables, ${rowsCompared} rows compared, ${differing.length} tables differ`);
    found += differing.length;
  }
  const verdict = judge(stage.templates, [...askedIn(stage.templates, stage.bridge.calls), ...machine.asked]);
  print('');
  for (const [role, actions] of verdict.unused) print(`never used by ${role}: ${actions.join(', ')}`);
  for (const [what, times] of verdict.refused) print(`refused: ${what} (${times} times)`);
  print(`rights: ${verdict.calls} calls judged, ${verdict.refused.size} kinds of them refused`);
  print(`time: ${seconds(transcript.elapsed)}`);
  print(`disk: at most ${Math.round(room.peak / 1024 ** 2)} MiB more in use than as it began`);
  for (const problem of transcript.problems) print(`FAILED: ${problem}`);
  const isGood = found === 0 && verdict.refused.size === 0 && transcript.problems.length === 0;
  print(isGood ? 'the rehearsal is sound' : 'the rehearsal FAILED');
  return isGood ? 0 : 1;
}

/** MiB that it held at most, of those that it has. */
function memoryOf({ lambda }: Rehearsal['stage'], name: string): string {
  const peaks = lambda.invoked.flatMap((one) => (one.name === name ? (one.peakMiB ?? []) : []));
  return `${peaks.length === 0 ? '?' : Math.max(...peaks)} of ${lambda.memoryOf(name)} MiB`;
}

interface States {
  readonly States: Readonly<Record<string, { readonly Type: string; readonly ItemProcessor?: States }>>;
}

/** The states that do something. @param definition JSON */
function tasksOf(definition: string): string[] {
  const within = ({ States: states }: States): string[] =>
    Object.entries(states).flatMap(([name, { Type, ItemProcessor }]) => [
      ...(Type === 'Task' ? [name] : []),
      ...(ItemProcessor === undefined ? [] : within(ItemProcessor)),
    ]);
  return within(JSON.parse(definition));
}
