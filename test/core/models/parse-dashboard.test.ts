import { describe, expect, it } from '@jest/globals';
import { parseDashboard } from '../../../core/models/parse-dashboard.ts';
import { formatProblem } from '../../../core/problems.ts';

const GOOD = `title: Tea
panels:
  - title: Cups by day
    model: tea_shop.daily
    mark: line
    encoding: {x: {field: day, type: temporal}, y: {field: cups, anything: [1, {goes: here}]}}
    note: More is more.
    findings: [{where: {open: true}, most: cups, text: "{cups}", otherwise: None.}]
    choice: {field: shop, title: Shop}
    erratum: Published as 12.
  - {title: Shops, model: tea_shop.shops, mark: table, note: All of them.}
  - title: Bands
    model: tea_shop.daily
    spec: {layer: [{mark: area}, {mark: {type: line, wide: true}}]}
    note: Low to high.
`;

function problemsOf(text: string): string[] {
  const { dashboard, problems } = parseDashboard(text, 'dashboard.yml', 'tea-shop');
  expect(dashboard).toBeUndefined();
  return problems.map(formatProblem);
}

describe('parseDashboard', () => {
  it('reads panels and leaves Vega-Lite as it is written', () => {
    const { dashboard, problems } = parseDashboard(GOOD, 'dashboard.yml', 'tea-shop');
    expect(problems).toEqual([]);
    expect(dashboard).toEqual({
      dataset: 'tea-shop',
      title: 'Tea',
      file: 'dashboard.yml',
      panels: [
        {
          title: 'Cups by day',
          model: 'tea_shop.daily',
          mark: 'line',
          encoding: {
            x: { field: 'day', type: 'temporal' },
            y: { field: 'cups', anything: [1, { goes: 'here' }] },
          },
          note: 'More is more.',
          findings: [{ where: { open: true }, most: 'cups', text: '{cups}', otherwise: 'None.' }],
          choice: { field: 'shop', title: 'Shop', show: 'only' },
          erratum: 'Published as 12.',
        },
        { title: 'Shops', model: 'tea_shop.shops', mark: 'table', encoding: null, note: 'All of them.' },
        {
          title: 'Bands',
          model: 'tea_shop.daily',
          mark: null,
          encoding: null,
          spec: { layer: [{ mark: 'area' }, { mark: { type: 'line', wide: true } }] },
          note: 'Low to high.',
        },
      ],
    });
  });

  it.each([
    ['title missing', 'title: Tea\n', '', '1:1', 'missing key "title"'],
    ['note misspelt', 'note: More', 'ntoe: More', '7:5', 'did you mean "note"?'],
    ['note missing', '    note: More is more.\n', '', '3:5', 'missing key "note"'],
    ['model without schema', 'tea_shop.daily', 'daily', '4:12', 'expected a table with its schema'],
    ['mark misspelt', 'mark: line', 'mark: lien', '5:11', 'did you mean "line"?'],
    ['mark key misspelt', 'mark: line', 'makr: line', '5:5', 'did you mean "mark"?'],
    ['mark missing', '    mark: line\n', '', '3:5', 'missing key "mark" (or "spec")'],
    ['encoding missing', 'mark: table', 'mark: bar', '11:5', 'missing key "encoding", which a chart needs'],
    ['encoding as text', 'encoding: {', 'encoding: x #{', '6:15', '"x" is text, expected a map'],
    ['most and least', 'most: cups,', 'most: cups, least: cups,', '8:50', 'the most or the least, not both'],
    ['a finding misspelt', 'most: cups', 'moist: cups', '8:38', 'did you mean "most"?'],
    ['a choice in a table', 'mark: line', 'mark: table', '9:5', 'a table has no choice'],
    ['a choice without a title', ', title: Shop}', '}', '9:13', 'missing key "title"'],
    ['a choice shown otherwise', 'title: Shop}', 'title: Shop, show: onyl}', '9:46', 'did you mean "only"?'],
    ['no panels', GOOD.slice(GOOD.indexOf('\n  -')), ' []\n', '2:9', 'the list is empty'],
  ])('%s', (_, from, to, place, message) => {
    expect(GOOD).toContain(from);
    const problems = problemsOf(GOOD.replace(from, () => to));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^dashboard.yml:${place}: `));
    expect(problems[0]).toContain(message);
  });
});
