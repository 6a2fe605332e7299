import { describe, expect, it } from '@jest/globals';
import { parseContract } from '../../../core/contracts/parse.ts';
import { formatProblem } from '../../../core/problems.ts';
import { SHOP } from '../../support/shop-contract.ts';

const FILE = 'contracts/shop.odcs.yaml';

/** A table with a rule, and a column of each kind with another. */
const contractWith = (rule: string, column = '', type = 'string') => `${SHOP}
    customProperties:
      - {property: landing, value: '*.csv'}
      - {property: load, value: replace}
${rule === '' ? '' : `    quality:\n      - ${rule}\n`}    properties:
      - {name: day, logicalType: date}
      - name: item
        logicalType: ${type}
${column === '' ? '' : `        quality:\n          - ${column}\n`}`;

const problemsOf = (text: string) =>
  parseContract(text, FILE).problems.map((problem) => formatProblem({ ...problem, file: '' }).slice(1));
const rulesOf = (text: string) => {
  const { contract, problems } = parseContract(text, FILE);
  expect(problems).toEqual([]);
  return contract?.tables[0]?.quality;
};

describe('quality', () => {
  it('is read: a metric without its type, with the words of the standard', () => {
    expect(
      rulesOf(contractWith('{metric: rowCount, mustBeBetween: [1, 9], severity: warning, dimension: coverage}')),
    ).toEqual([
      {
        name: 'rowCount',
        column: null,
        measure: { kind: 'rowCount' },
        expectation: { operator: 'mustBeBetween', bounds: [1, 9], unit: 'rows' },
        dimension: 'coverage',
        severity: 'warning',
        line: 14,
      },
    ]);
  });

  it.each([
    ['{metric: nullValues, mustBe: 0}', { kind: 'nullValues', column: 'item' }],
    [
      "{metric: missingValues, arguments: {missingValues: [null, '', n/a]}, mustBe: 0}",
      { kind: 'missingValues', column: 'item', values: ['', 'n/a'] },
    ],
    [
      "{type: library, metric: invalidValues, arguments: {validValues: [tea], pattern: '^t'}, mustBe: 0}",
      { kind: 'invalidValues', column: 'item', validValues: ['tea'], pattern: '^t' },
    ],
    ['{metric: duplicateValues, mustBe: 0, unit: percent}', { kind: 'duplicateValues', columns: ['item'] }],
    [
      `{type: sql, query: 'SELECT count({property}) FROM \${object};', mustBe: 0}`,
      { kind: 'sql', query: 'SELECT count("item") FROM "shop"."purchases"' },
    ],
  ])('of a column: %s', (rule, measure) => {
    expect(rulesOf(contractWith('', rule))).toMatchObject([{ column: 'item', measure, severity: 'error' }]);
  });

  it('of type text is for people alone', () => {
    expect(rulesOf(contractWith('{type: text, description: Said by hand.}'))).toBeUndefined();
  });

  it.each([
    ['{metric: rowCounts, mustBe: 1}', '14:18: unknown value "rowCounts", expected one of', 'did you mean "rowCount"?'],
    ['{metric: rowCount, mustBee: 1}', '14:28: unknown key "mustBee", expected one of', 'did you mean "mustBe"?'],
    ['{metric: rowCount, mustBe: 1, severity: eror}', 'unknown value "eror"', 'did you mean "error"?'],
    ['{metric: rowCount}', '14:9: the rule does not say what it expects, expected one of mustBe,'],
    [
      '{metric: rowCount, mustBe: 1, mustNotBe: 2}',
      '14:39: a rule has one expectation, and this one has mustBe and mustNotBe',
    ],
    ['{metric: rowCount, mustBe: one}', '14:36: "one" is text, expected a number'],
    ['{metric: rowCount, mustBeBetween: [9, 1]}', '14:28: mustBeBetween takes two numbers, the smaller one first'],
    ['{metric: rowCount, mustBe: 1, unit: percent}', '14:39: unit percent is of the rows, so it is not for rowCount'],
    ['{mustBe: 1}', '14:9: the rule has no metric, expected one of rowCount,'],
    ['{metric: nullValues, mustBe: 1}', '14:10: nullValues is for a column, and this rule stands on a table'],
    ['{metric: rowCount, mustBe: 1, arguments: {pattern: x}}', 'pattern is not for rowCount of a table'],
    ['{metric: duplicateValues, mustBe: 0}', 'duplicateValues of a table needs the arguments properties'],
    [
      '{metric: duplicateValues, mustBe: 0, arguments: {properties: [itm]}}',
      'unknown column "itm", expected one of day, item, did you mean "item"?',
    ],
    ['{type: sql, qeury: SELECT 1, mustBe: 0}', '14:21: unknown key "qeury"', 'did you mean "query"?'],
    ['{type: sql, mustBe: 0}', '14:9: a rule of type sql needs a query'],
    ['{type: sql, query: SELECT 1, mustBe: 0, metric: rowCount}', 'metric is not for a rule of type sql'],
    [
      "{type: sql, query: 'SELECT 1 FROM {objct}', mustBe: 0}",
      'unknown placeholder {objct}, expected {object}, did you mean "object"?',
    ],
    [
      "{type: sql, query: 'SELECT {property} FROM {object}', mustBe: 0}",
      '{property} is a column, and this rule stands on a table',
    ],
    ['{type: text, description: x, mustBe: 0}', 'mustBe is not for a rule of type text'],
    [
      '{type: custom, engine: soda, implementation: x}',
      '14:16: type custom is not supported, expected library, sql or text',
    ],
  ])('%s is a mistake', (rule, ...said) => {
    const found = problemsOf(contractWith(rule));
    expect(found).toHaveLength(1);
    for (const part of said) expect(found[0]).toContain(part);
  });

  it.each([
    ['{metric: rowCount, mustBe: 1}', 'string', 'rowCount is for a table, and this rule stands on a column'],
    [
      '{metric: invalidValues, mustBe: 0}',
      'string',
      'invalidValues of a column needs the arguments validValues or pattern',
    ],
    [
      '{metric: invalidValues, mustBe: 0, arguments: {pattern: x}}',
      'integer',
      'pattern is for logicalType string, not integer',
    ],
    ["{metric: invalidValues, mustBe: 0, arguments: {pattern: '(?=x)'}}", 'string', 'the pattern uses look-around'],
    [
      '{metric: invalidValues, mustBe: 0, arguments: {validValues: [tea]}}',
      'number',
      '"tea" is no value of a column of logicalType number',
    ],
    ['{metric: missingValues, mustBe: 0, arguments: {missingValues: [x]}}', 'date', 'not for a date'],
  ])('of a column, %s of %s is a mistake', (rule, type, said) => {
    expect(problemsOf(contractWith('', rule, type))).toEqual([expect.stringContaining(said)]);
  });

  it('two rules of one name on one column are told apart', () => {
    const rule = '{metric: nullValues, mustBe: 0}';
    expect(problemsOf(contractWith('', `${rule}\n          - ${rule}`))).toEqual([
      '19:13: the rule "nullValues" is given twice, tell the two apart by name',
    ]);
  });
});
