import { describe, expect, it } from '@jest/globals';
import { edited, problemsOf } from './tea-shop.ts';

type Mistake = readonly [name: string, from: string, to: string, place: string, message: string];

const MISTAKES: readonly Mistake[] = [
  ['column name in capitals', 'name: cups', 'name: Cups', '27:15', 'expected lower-case letters, digits and _'],
  ['reserved prefix', 'name: cups', 'name: _cups', '27:15', "names that start with _ are Landfall's own"],
  ["a database's own column", 'name: cups', 'name: xmin', '27:15', '"xmin" is a column that databases keep'],
  ['column twice', 'name: cups', 'name: day', '27:15', 'the column "day" is given twice'],
  ['table twice', 'name: teas', 'name: sales', '33:11', 'the table "sales" is given twice'],
  ['unknown type', 'logicalType: integer', 'logicalType: intger', '28:22', 'did you mean "integer"?'],
  [
    'types that disagree',
    'physicalType: bigint',
    'physicalType: varchar',
    '29:23',
    'physicalType "varchar" does not fit logicalType integer, expected integer or bigint',
  ],
  [
    'key column not required',
    'logicalType: date\n        required: true\n',
    'logicalType: date\n',
    '24:9',
    'the key column "day" must be required: true',
  ],
  [
    'key position twice',
    'primaryKeyPosition: 2',
    'primaryKeyPosition: 1',
    '26:29',
    'primaryKeyPosition 1 is given twice',
  ],
  [
    'key position too large',
    'primaryKeyPosition: 2',
    'primaryKeyPosition: 3',
    '19:29',
    'primaryKeyPosition 3, expected 1 to 2',
  ],
  [
    'key position of zero',
    'primaryKeyPosition: 2',
    'primaryKeyPosition: 0',
    '19:29',
    '0 does not fit, expected at least 1',
  ],
  [
    'key position missing',
    '        primaryKeyPosition: 2\n',
    '',
    '18:9',
    'the key column "shop" has no primaryKeyPosition, which a key of 2 columns needs',
  ],
  [
    'key position without key',
    'physicalType: bigint',
    'primaryKeyPosition: 3',
    '29:9',
    'primaryKeyPosition stands on a column that is not primaryKey: true',
  ],
  ['yes for true', 'required: true', 'required: yes', '17:19', '"yes" is text, expected true or false'],
  ['minimum above maximum', 'minimum: 0', 'minimum: 2000', '30:39', 'the minimum 2000 is above the maximum 1000'],
  [
    'minimum of a text',
    "pattern: '[a-z]+'",
    'minimum: 1',
    '40:30',
    'minimum is for logicalType integer and number, not string',
  ],
  ['pattern of a number', 'maximum: 1000', "pattern: '9+'", '30:42', 'pattern is for logicalType string, not integer'],
  ['broken pattern', "'[a-z]+'", "'[a-z+'", '40:39', 'the pattern is no regular expression'],
  [
    'pattern that engines read otherwise',
    "'[a-z]+'",
    "'(?=a)[a-z]+'",
    '40:39',
    'uses look-around, which not every engine knows',
  ],
  ['file pattern without a group', '([a-z]+)-', '[a-z]+-', '21:46', 'has 0 capture groups, expected exactly one'],
  ['file pattern with two groups', '-\\d+', '-(\\d+)', '21:46', 'has 2 capture groups, expected exactly one'],
  ['file misspelt', '{file:', '{fiel:', '21:40', 'unknown key "fiel", expected one of file, did you mean "file"?'],
  [
    'header with space around',
    "{file: '([a-z]+)-\\d+'}",
    "' shop'",
    '21:39',
    'expected a header name, without space around it',
  ],
  [
    'midpoint of a text',
    "{split: '/', part: 1}",
    'interval midpoint',
    '42:38',
    'parse interval midpoint is for logicalType number, not string',
  ],
  [
    'split of a number',
    'property: nulls, value: [NaN, none]',
    "property: parse, value: {split: '/', part: 1}",
    '32:38',
    'parse split is for logicalType string, not integer',
  ],
  [
    'unknown parse',
    "{split: '/', part: 1}",
    'interval midpont',
    '42:38',
    'unknown value "interval midpont", expected one of interval midpoint, percent, timestamp with offset, ',
  ],
  [
    'parse misspelt',
    "{split: '/', part: 1}",
    'local time of timestmp with offset',
    '42:38',
    'did you mean "local time of timestamp with offset"?',
  ],
  [
    'percentage of a text',
    "{split: '/', part: 1}",
    'percent',
    '42:38',
    'parse percent is for logicalType number, not string',
  ],
  [
    'time with offset of a date',
    'logicalType: date',
    'logicalType: date\n        customProperties: [{property: parse, value: timestamp with offset}]',
    '24:53',
    'parse timestamp with offset is for logicalType timestamp, not date',
  ],
  [
    'offset hours of an integer',
    'property: nulls, value: [NaN, none]',
    'property: parse, value: offset hours of timestamp with offset',
    '32:38',
    'parse offset hours of timestamp with offset is for logicalType number, not integer',
  ],
  ['part of zero', 'part: 1', 'part: 0', '42:57', '0 does not fit, expected at least 1'],
  ['split without part', ', part: 1', '', '42:38', 'missing key "part"'],
  ['null that is nothing', '[NaN, none]', '[NaN, null]', '32:44', 'nothing is given, expected text'],
];

describe('parseContract, of one mistake in a column', () => {
  it.each(MISTAKES)('%s', (_, from, to, place, message) => {
    const problems = problemsOf(edited([from, to]));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${place}: `));
    expect(problems[0]).toContain(message);
  });
});
