/** Audits are SELECTs of bad rows: what they found, said alike whichever engine ran them. */

import { LandfallError, type Problem } from '../problems.ts';
import { counted } from '../words.ts';
import type { Model } from './types.ts';

const EXAMPLES = 3;

/** An audit's name, and what it found. */
export type Warning = readonly [name: string, found: Problem];

/**
 * Runs a model's audits one after the other.
 *
 * @param ask gives the rows of a SELECT by column
 * @returns the audits that warn
 * @throws LandfallError `audit-failed`, `audit-wrong`
 */
export async function runAudits(
  model: Model,
  ask: (sql: string) => Promise<readonly object[]>,
): Promise<readonly Warning[]> {
  const warnings: Warning[] = [];
  for (const { name, sql, severity } of model.audits) {
    const rows = await ask(`SELECT * FROM (\n${sql}\n) LIMIT ${EXAMPLES}`).catch((error: Error) => {
      const message = `audit "${name}" of ${model.table} can't run: ${error.message.split('\n')[0] ?? ''}`;
      throw new LandfallError({ code: 'audit-wrong', file: model.file, message, hint: 'mend its sql' });
    });
    if (rows.length === 0) continue;
    const problem: Problem = {
      code: 'audit-failed',
      file: model.file,
      message: `audit "${name}" of ${model.table} found ${rowsFound(rows.length)}, such as ${JSON.stringify(rows[0])}`,
      hint: severity === 'error' ? 'the table stays as it was' : 'published all the same',
    };
    if (severity === 'error') throw new LandfallError(problem);
    warnings.push([name, problem]);
  }
  return warnings;
}

function rowsFound(count: number): string {
  return count === EXAMPLES ? `${count} rows or more` : counted(count, 'row');
}
