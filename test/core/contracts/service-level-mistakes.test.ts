import { describe, expect, it } from '@jest/globals';
import { parseContract } from '../../../core/contracts/parse.ts';
import { formatProblem } from '../../../core/problems.ts';
import { SHOP } from '../../support/shop-contract.ts';

const HOUR = 3_600_000;
const TABLE = `
    customProperties:
      - {property: landing, value: '*.csv'}
      - {property: load, value: replace}
    properties:
      - {name: day, logicalType: date}
      - {name: item, logicalType: string}
`;
const OTHER = TABLE.replace('*.csv', 'items/*.csv').replaceAll('day', 'made');
const contractWith = (level: string, more = '') => `${SHOP}${TABLE}${more}slaProperties:\n  - ${level}\n`;
const read = (text: string) => parseContract(text, 'contracts/shop.odcs.yaml');

describe('slaProperties', () => {
  it.each([
    ['{property: frequency, value: 1, unit: d, element: purchases}', 'frequency', 24, [['purchases', null]]],
    ['{property: FY, value: 36, unit: hours}', 'frequency', 36, [['purchases', null]]],
    ['{property: latency, value: 4, element: purchases.day}', 'latency', 96, [['purchases', 'day']]],
    ['{property: ly, value: "2", unit: w, element: day}', 'latency', 336, [['purchases', 'day']]],
    [
      '{property: freshness, value: 1, unit: h, element: "purchases, purchases.day"}',
      'freshness',
      1,
      [
        ['purchases', null],
        ['purchases', 'day'],
      ],
    ],
  ])('%s is checked', (level, property, hours, watched) => {
    const { contract, problems } = read(contractWith(level));
    expect(problems).toEqual([]);
    const check = { withinMs: hours * HOUR, watched: watched.map(([table, column]) => ({ table, column })) };
    expect(contract?.serviceLevels).toMatchObject([{ property, check, line: 17 }]);
  });

  it.each(['retention', 'generalAvailability', 'endOfSupport', 'timeOfAvailability', 'timeToRepair', 'av'])(
    '%s is taken, and not checked',
    (property) => {
      const { contract, problems } = read(
        contractWith(`{property: ${property}, value: 09:00-08:00, driver: regulatory}`),
      );
      expect(problems).toEqual([]);
      expect(contract?.serviceLevels).toMatchObject([{ value: '09:00-08:00', check: null }]);
    },
  );

  it.each([
    ['{property: latncy, value: 1}', '17:16: unknown property "latncy"', 'did you mean "latency"?'],
    ['{property: latency, value: 1, elment: purchases}', 'unknown key "elment"', 'did you mean "element"?'],
    ['{property: latency, value: 1, unit: dayz}', '17:41: unknown unit "dayz"', 'did you mean "day"?'],
    ['{property: latency, value: soon}', '17:32: "soon" does not fit, expected a number above 0'],
    ['{property: latency, value: 0}', '0 does not fit, expected a number above 0'],
    [
      '{property: latency, value: 1, element: purchases.item}',
      '"item" is of logicalType string, expected a date or a timestamp',
    ],
    [
      '{property: latency, value: 1, element: purchases.dat}',
      'unknown column "dat" of purchases',
      'did you mean "day"?',
    ],
    ['{property: latency, value: 1, element: purchase.day}', 'unknown table "purchase"', 'did you mean "purchases"?'],
    ['{property: latency}', 'missing key "value"'],
  ])('%s is a mistake', (level, ...said) => {
    const found = read(contractWith(level)).problems.map((problem) => formatProblem({ ...problem, file: '' }).slice(1));
    expect(found).toHaveLength(1);
    for (const part of said) expect(found[0]).toContain(part);
  });

  it('where there are two tables, one has to be named', () => {
    const { problems } = read(contractWith('{property: latency, value: 1}', `  - name: items${OTHER}`));
    expect(problems.map(({ message }) => message)).toEqual([
      'it needs an element, a table or table.column, of purchases, items',
    ]);
  });
});
