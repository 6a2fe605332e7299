/** A range of months, as a person gives it, and the tables that it can be asked of. */

import type { TableContract } from '../contracts/types.ts';
import { LandfallError } from '../problems.ts';

export interface Months {
  /** As it was given: `2020-01..2020-03`. */
  readonly text: string;
  /** The first day that is in the range, `2020-01-01`; null where it has no beginning. */
  readonly from: string | null;
  /** The first day that is past the range, `2020-04-01`; null where it has no end. */
  readonly until: string | null;
}

const MONTH = /^(\d{4})-(0[1-9]|1[0-2])$/;
const EXAMPLE = 'write 2020-01..2020-03, 2020-01 for one month, 2020-01.. or ..2020-03 where one end is open';

/** @throws LandfallError `wrong-months`, exit code 2 */
export function parseMonths(text: string): Months {
  const [first = '', last = first, ...more] = text.split('..');
  const isMonth = (month: string) => month === '' || MONTH.test(month);
  if (more.length > 0 || !isMonth(first) || !isMonth(last) || first + last === '') {
    throw wrong(`"${text}" is no range of months`, EXAMPLE);
  }
  if (first !== '' && last !== '' && first > last) {
    throw wrong(`the range of months "${text}" ends before it begins`, `write ${last}..${first}`);
  }
  return { text, from: first === '' ? null : `${first}-01`, until: last === '' ? null : monthAfter(last) };
}

/** The columns by whose months a table is partitioned. */
export function monthColumns({ partitionBy }: Pick<TableContract, 'partitionBy'>): readonly string[] {
  return partitionBy.flatMap((entry) => /^month\((\w+)\)$/.exec(entry)?.[1] ?? []);
}

function monthAfter(month: string): string {
  const [, year, number] = MONTH.exec(month) ?? [];
  const [nextYear, next] = number === '12' ? [Number(year) + 1, 1] : [Number(year), Number(number) + 1];
  return `${String(nextYear).padStart(4, '0')}-${String(next).padStart(2, '0')}-01`;
}

function wrong(message: string, hint: string): LandfallError {
  return new LandfallError({ code: 'wrong-months', message, hint }, 2);
}
