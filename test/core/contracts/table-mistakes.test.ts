import { describe, expect, it } from '@jest/globals';
import { edited, problemsOf } from './tea-shop.ts';

type Mistake = readonly [name: string, from: string, to: string, place: string, message: string];

const MISTAKES: readonly Mistake[] = [
  [
    'standard of another version',
    'v3.1.0',
    'v3.0.2',
    '1:13',
    'unknown value "v3.0.2", expected v3.1.0, did you mean "v3.1.0"?',
  ],
  ['version as a number', '1.0.0', '1.0', '5:10', '1 is a number, expected text'],
  ['unknown status', 'active', 'actve', '6:9', 'did you mean "active"?'],
  ['missing purpose', 'purpose: Tea sold.', '', '7:14', 'missing key "purpose"'],
  ['name not hyphenated', 'name: tea-shop', 'name: tea_shop', '4:7', 'words joined by hyphens'],
  [
    'name other than the file',
    'name: tea-shop',
    'name: coffee',
    '4:7',
    'must stand in the file coffee.odcs.yaml, not tea-shop.odcs.yaml',
  ],
  ['reserved name', 'name: tea-shop', 'name: ops', '4:7', '"ops" is reserved'],
  [
    'misspelt key of a column',
    'primaryKeyPosition: 2',
    'primaryKeyPositon: 2',
    '19:9',
    'did you mean "primaryKeyPosition"?',
  ],
  [
    'classification misspelt',
    'logicalType: date',
    'logicalType: date\n        clasification: public',
    '24:9',
    'did you mean "classification"?',
  ],
  [
    'unknown classification',
    'logicalType: date',
    'logicalType: date\n        classification: restrictd',
    '24:25',
    'did you mean "restricted"?',
  ],
  [
    'unknown property',
    'property: partitionBy',
    'property: partitonBy',
    '13:20',
    'unknown value "partitonBy", expected one of landing, format, load, identity, overlap, partitionBy, maxBadShare, warehouse, did you mean "partitionBy"?',
  ],
  [
    'property of another level',
    'property: nulls',
    'property: maxBadShare',
    '32:24',
    'unknown value "maxBadShare", expected one of source, parse, nulls, unit',
  ],
  [
    'property twice',
    '{property: load, value: merge}',
    '{property: landing, value: b.csv}\n      - {property: load, value: merge}',
    '12:20',
    'the property "landing" is given twice',
  ],
  ['property without value', 'property: load, value: merge', 'property: load', '12:9', 'missing key "value"'],
  [
    'no landing',
    '- {property: landing, value: sales/*.csv}\n      ',
    '',
    '10:5',
    'the table "sales" has no custom property "landing"',
  ],
  [
    'no load',
    '\n      - {property: load, value: merge}',
    '',
    '10:5',
    'the table "sales" has no custom property "load"',
  ],
  [
    'load misspelt',
    'value: merge',
    'value: merg',
    '12:33',
    'unknown value "merg", expected one of merge, append, replace, did you mean "merge"?',
  ],
  [
    'append without identity',
    'value: replace',
    'value: append',
    '34:5',
    'the table "teas" is loaded by append, so it needs the custom property "identity"',
  ],
  [
    'identity by an unknown column',
    'value: replace}',
    'value: append}\n      - {property: identity, value: [tae]}',
    '37:38',
    'unknown column "tae", expected one of tea, did you mean "tea"?',
  ],
  ['identity by no column', 'value: replace}', 'value: append}\n      - {property: identity, value: []}', '37:37', ''],
  [
    'identity by a column twice',
    'value: replace}',
    'value: append}\n      - {property: identity, value: [tea, tea]}',
    '37:43',
    '"tea" is given twice',
  ],
  [
    'identity misspelt',
    'value: replace}',
    'value: append}\n      - {property: identiy, value: [tea]}',
    '37:20',
    'did you mean "identity"?',
  ],
  [
    'identity of a merge',
    'value: merge}',
    'value: merge}\n      - {property: identity, value: [day]}',
    '13:37',
    'identity is for load append, and the table "sales" is loaded by merge',
  ],
  [
    'overlap of a replacement',
    'value: replace}',
    'value: replace}\n      - {property: overlap, value: none}',
    '37:36',
    'overlap is for load append, and the table "teas" is loaded by replace',
  ],
  [
    'unknown overlap',
    'value: replace}',
    'value: append}\n      - {property: identity, value: [tea]}\n      - {property: overlap, value: non}',
    '38:36',
    'unknown value "non", expected one of ordinal, none, did you mean "none"?',
  ],
  [
    'merge without a key',
    'value: replace',
    'value: merge',
    '37:5',
    'the table "teas" is loaded by merge, so a column must be primaryKey: true',
  ],
  [
    'drift that is none',
    'schema:\n',
    'customProperties: [{property: drift, value: evolv}]\nschema:\n',
    '8:45',
    'did you mean "evolve"?',
  ],
  [
    'share above one',
    'value: replace}',
    'value: replace}\n      - {property: maxBadShare, value: 5}',
    '37:40',
    '5 does not fit, expected at most 1',
  ],
  ['glob of another format', 'sales/*.csv', 'sales/*.json', '11:36', 'must end in .csv'],
  ['glob of compressed files', 'sales/*.csv', 'sales/*.csv.gz', '11:36', 'must end in .csv'],
  ['glob over folders', 'sales/*.csv', '"**/*.csv"', '11:36', 'may use * only'],
  ['glob with a class', 'sales/*.csv', '"sales/[ab].csv"', '11:36', 'may use * only'],
  ['glob that leaves the folder', 'sales/*.csv', '../*.csv', '11:36', "must be a path under the data set's folder"],
  [
    'globs that overlap',
    'teas.csv',
    'sal*/t*s.csv',
    '35:36',
    'a file could match both "sal*/t*s.csv" and "sales/*.csv" of the table "sales"',
  ],
  [
    'partition by an unknown column',
    'month(day)',
    'month(dya)',
    '13:47',
    'unknown column "dya", expected one of shop, day, cups, did you mean "day"?',
  ],
  [
    'partition by an unknown transform',
    'month(day)',
    'mnth(day)',
    '13:47',
    'expected a column, or year(…), month(…) or day(…) of one',
  ],
  [
    'month of a text',
    'month(day)',
    'month(shop)',
    '13:47',
    'month(…) is for a date or a timestamp, and "shop" is of logicalType string',
  ],
];

describe('parseContract, of one mistake in the data set or a table', () => {
  it.each(MISTAKES)('%s', (_, from, to, place, message) => {
    const problems = problemsOf(edited([from, to]));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${place}: `));
    expect(problems[0]).toContain(message);
  });
});
