/** What a run did, in a few lines that a person reads. */

import type { RunResult } from '../core/pipeline/finish.ts';
import { formatProblem } from '../core/problems.ts';
import { format } from './format.ts';

const MOST_PROBLEMS = 20;

/**
 * @param looked whether the run looked for files at all
 * @param quarantine the command that shows the rows that it refused
 */
export function summary(result: RunResult, looked = true, quarantine = 'landfall quarantine list'): string {
  const parts: string[] = [];
  const tables = result.datasets.flatMap(({ dataset, tables: all }) =>
    all.filter(({ rows_read }) => rows_read > 0).map((table) => ({ dataset, ...table })),
  );
  if (tables.length > 0) {
    const names = ['rows_read', 'rows_loaded', 'rows_duplicate', 'rows_quarantined'] as const;
    const columns = [
      { name: 'table', type: 'string' as const },
      ...names.map((name) => ({ name: name.replace('rows_', ''), type: 'bigint' as const })),
    ];
    const rows = tables.map((table) => [
      `${table.dataset.replaceAll('-', '_')}.${table.table_name}`,
      ...names.map((name) => table[name].toLocaleString('en-US')),
    ]);
    parts.push(format({ columns, rows }, 'table'));
  }
  for (const { dataset, status, filesLoaded, filesSkipped, filesRefused } of result.datasets) {
    const nothing = filesLoaded + filesRefused === 0;
    const nothingLoaded = looked ? 'nothing new to load' : 'nothing was to be loaded';
    const loaded = nothing ? nothingLoaded : `${plural(filesLoaded, 'file')} loaded`;
    const known = filesSkipped === 0 ? '' : `, ${plural(filesSkipped, 'file')} known already`;
    const refused = filesRefused === 0 ? '' : `, ${plural(filesRefused, 'file')} refused`;
    const what = status === 'failed' ? `failed, see the errors; ${loaded}` : loaded;
    parts.push(`${dataset}: ${what}${refused}${known}\n`);
  }
  if (result.models.length > 0) parts.push(`models and analyses refreshed: ${result.models.length}\n`);
  const published = Object.keys(result.warehouse).length;
  if (published > 0) parts.push(`tables published to the warehouse: ${published}\n`);
  const problems = result.warnings;
  if (problems.length > 0) {
    const shown = problems.slice(0, MOST_PROBLEMS).map((problem) => `  ${formatProblem(problem)}\n`);
    const more = problems.length > MOST_PROBLEMS ? `  and ${problems.length - MOST_PROBLEMS} more\n` : '';
    parts.push(`\nto look at:\n${shown.join('')}${more}`);
  }
  const quarantined = tables.reduce((sum, { rows_quarantined }) => sum + rows_quarantined, 0);
  if (quarantined > 0) parts.push(`\n${plural(quarantined, 'row')} in quarantine: ${quarantine}\n`);
  if (result.report !== null) parts.push(`\nreport: ${result.report}\n`);
  return parts.join('');
}

function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}
