/** What contracts promise of the data as a whole, and whether it holds. */

import type { ReportInput } from '../core/report/types.ts';
import type { ResultTable } from '../core/tabular.ts';
import type { Words } from './chart.ts';
import { renderTable } from './table.ts';

const WORDS: Words = new Map(
  [
    ['table_name', 'Table'],
    ['column_name', 'Column'],
    ['late_by', 'Late by'],
    ['checked_at', 'Checked'],
  ].map(([name = '', title = '']) => [name, { title, labels: new Map() }]),
);

/** Nothing where nothing is promised. */
export function renderPromises({ quality, freshness }: Pick<ReportInput, 'quality' | 'freshness'>): string {
  return [
    section('Quality rules', quality, 'What each rule found when its table changed last; failed rules first.'),
    section(
      'Freshness',
      freshness,
      'The newest file or value of each promise when this report was made; late ones first.',
    ),
  ].join('');
}

function section(title: string, { columns, rows }: ResultTable, note: string): string {
  if (rows.length === 0) return '';
  const options = { label: title, words: WORDS, code: ['table_name', 'column_name', 'element'] };
  return `<h3>${title}</h3>
<p class="note">${note}</p>
${renderTable(columns, rows, options)}
`;
}
