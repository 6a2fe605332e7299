import { describe, expect, it } from '@jest/globals';
import { parseModel } from '../../../core/models/parse-model.ts';
import { formatProblem } from '../../../core/problems.ts';

const GOOD = `description: Cups by day and tea.
materialize: incremental
by: [day]
key: [day, tea]
columns:
  cups: {description: Cups sold, unit: cups}
  share: {description: Of all cups of the day}
audits:
  - {name: no day without tea, sql: SELECT 1 WHERE false}
  - {name: shares add up, sql: SELECT 1 WHERE false, severity: warn}
tests:
  - name: counts
    given:
      tea_shop.sales: [{day: 2020-01-31, tea: yes, cups: 2}, {cups: null}]
      tea_shop.teas: []
    expect:
      - {day: 2020-01-31, cups: 2, share: 1.0}
warehouse: {publish: true, distkey: tea, sortkey: day}
`;

function parse(text: string, extra: { name?: string; sql?: string } = {}) {
  const { name = 'daily_cups', sql = 'SELECT 1 AS x' } = extra;
  const folder = 'queries/tea-shop';
  return parseModel({
    dataset: 'tea-shop',
    name,
    sql,
    sqlFile: `${folder}/${name}.sql`,
    text,
    file: `${folder}/${name}.yml`,
  });
}

function problemsOf(text: string): string[] {
  return parse(text).problems.map((problem) => formatProblem({ ...problem, file: '' }).slice(1));
}

describe('parseModel', () => {
  it('reads a model, with dates as text and severity error by default', () => {
    const { model, problems } = parse(GOOD);
    expect(problems).toEqual([]);
    expect(model).toEqual({
      dataset: 'tea-shop',
      schema: 'tea_shop',
      name: 'daily_cups',
      table: 'tea_shop.daily_cups',
      sql: 'SELECT 1 AS x',
      sqlFile: 'queries/tea-shop/daily_cups.sql',
      file: 'queries/tea-shop/daily_cups.yml',
      description: 'Cups by day and tea.',
      materialize: 'incremental',
      by: ['day'],
      key: ['day', 'tea'],
      columns: {
        cups: { description: 'Cups sold', unit: 'cups' },
        share: { description: 'Of all cups of the day' },
      },
      audits: [
        { name: 'no day without tea', sql: 'SELECT 1 WHERE false', severity: 'error' },
        { name: 'shares add up', sql: 'SELECT 1 WHERE false', severity: 'warn' },
      ],
      tests: [
        {
          name: 'counts',
          given: {
            'tea_shop.sales': [{ day: '2020-01-31', tea: 'yes', cups: 2 }, { cups: null }],
            'tea_shop.teas': [],
          },
          expect: [{ day: '2020-01-31', cups: 2, share: 1 }],
        },
      ],
      warehouse: { publish: true, distkey: 'tea', sortkey: 'day' },
    });
  });

  it('needs a description and a way to materialize only', () => {
    const { model } = parse('description: x\nmaterialize: view\n');
    expect(model).toMatchObject({ by: [], key: [], columns: {}, audits: [], tests: [] });
    expect(model).not.toHaveProperty('warehouse');
  });

  it.each([
    ['materialize misspelt', 'incremental', 'incremantal', '2:14', 'did you mean "incremental"?'],
    ['incremental without by', 'by: [day]\n', '', '2:14', 'materialize incremental needs by'],
    ['by of a full model', 'incremental', 'full', '3:1', 'by is for materialize incremental, not full'],
    ['by misspelt', 'by: [day]', 'yb: [day]', '3:1', 'did you mean "by"?'],
    ['by empty', 'by: [day]', 'by: []', '3:5', 'the list is empty'],
    ['key not a list', 'key: [day, tea]', 'key: day', '4:6', '"day" is text, expected a list'],
    ['key column twice', 'key: [day, tea]', 'key: [day, day]', '4:12', '"day" is given twice'],
    [
      'column in capitals',
      'cups: {description: Cups',
      'Cups: {description: Cups',
      '6:3',
      '"Cups" does not fit, expected lower-case',
    ],
    ['column without description', 'description: Cups sold, ', '', '6:9', 'missing key "description"'],
    ['unit misspelt', 'unit:', 'unti:', '6:34', 'did you mean "unit"?'],
    ['audit without SQL', ', sql: SELECT 1 WHERE false}', '}', '9:5', 'missing key "sql"'],
    ['audit twice', 'shares add up', 'no day without tea', '10:12', 'the name "no day without tea" is given twice'],
    [
      'severity misspelt',
      'severity: warn',
      'severity: warning',
      '10:64',
      'unknown value "warning", expected one of warn, error',
    ],
    [
      'given without schema',
      'tea_shop.sales',
      'sales',
      '14:7',
      '"sales" does not fit, expected a table with its schema',
    ],
    ['given row that is a list', '{cups: null}', '[1]', '14:62', 'a list is given, expected a map'],
    [
      'cell that is a list',
      'cups: null',
      'cups: [1]',
      '14:69',
      'a list is given, expected text or a number or true or false or nothing',
    ],
    ['expect misspelt', '    expect:', '    expcet:', '16:5', 'did you mean "expect"?'],
    ['publish missing', 'publish: true, ', '', '18:12', 'missing key "publish"'],
    ['publish as text', 'publish: true', 'publish: yes', '18:22', '"yes" is text, expected true or false'],
  ])('%s', (_, from, to, place, message) => {
    expect(GOOD).toContain(from);
    const problems = problemsOf(GOOD.replace(from, to));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${place}: `));
    expect(problems[0]).toContain(message);
  });

  it('refuses a file name that is no table name, and empty SQL, beside the mistakes of the YAML', () => {
    const { model, problems } = parse('materialize: view\n', { name: 'daily-cups', sql: ' \n' });
    expect(model).toBeUndefined();
    expect(problems.map(({ code, file }) => [code, file])).toEqual([
      ['wrong-file-name', 'queries/tea-shop/daily-cups.sql'],
      ['empty-file', 'queries/tea-shop/daily-cups.sql'],
      ['missing-key', 'queries/tea-shop/daily-cups.yml'],
    ]);
  });
});
