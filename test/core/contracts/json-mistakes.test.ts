import { describe, expect, it } from '@jest/globals';
import { objectTemplate } from '../../../core/contracts/format.ts';
import { fileValue, matchTable } from '../../../core/contracts/landing.ts';
import { parseContract } from '../../../core/contracts/parse.ts';
import { planLoad } from '../../../core/plans/load-plan.ts';
import { formatProblem } from '../../../core/problems.ts';
import { SHOP } from '../../support/shop-contract.ts';

const FILE = 'contracts/shop.odcs.yaml';
const GOOD = `${SHOP}
    customProperties:
      - {property: landing, value: 'sold/*.ndjson'}
      - {property: format, value: ndjson}
      - {property: load, value: merge}
    properties:
      - {name: item, logicalType: string, required: true, primaryKey: true, customProperties: [{property: source, value: data.id}]}
      - {name: day, logicalType: date, customProperties: [{property: source, value: {file: '(.*)-\\d'}}]}
      - {name: note, logicalType: string}
      - name: colours
        logicalType: integer
        customProperties:
          - {property: source, value: data.colours}
          - {property: parse, value: count}
`;

const problemsOf = (text: string) =>
  parseContract(text, FILE).problems.map((problem) => formatProblem({ ...problem, file: '' }).slice(1));

describe('a contract of JSON lines', () => {
  it('has paths for sources, and lists to count', () => {
    const { contract, problems } = parseContract(GOOD, FILE);
    expect(problems).toEqual([]);
    const [table] = contract?.tables ?? [];
    expect(table).toMatchObject({ landing: 'sold/*.ndjson', format: 'ndjson' });
    expect(table?.columns.map(({ source, parse }) => [source, parse])).toEqual([
      [{ kind: 'header', name: 'data.id' }, undefined],
      [{ kind: 'file', pattern: '(.*)-\\d' }, undefined],
      [{ kind: 'header', name: 'note' }, undefined],
      [{ kind: 'header', name: 'data.colours' }, { kind: 'count' }],
    ]);
  });

  it.each([
    ['another ending', 'sold/*.ndjson', 'sold/*.csv', '11:36: the landing glob "sold/*.csv" must end in .ndjson'],
    ['a longer ending', 'sold/*.ndjson', 'sold/*.ndjson.gz', '11:36: the landing glob "sold/*.ndjson.gz" must end in'],
    ['another format', 'value: ndjson', 'value: json', '12:35: unknown value "json", expected one of csv, ndjson'],
    [
      'an empty name',
      'data.id',
      'data..id',
      '15:122: the source "data..id" has an empty name, expected names with one .',
    ],
    ['a dot in front', 'data.id', '.id', '15:122: the source ".id" has an empty name'],
    [
      'a list that is one value, too',
      'data.id',
      'data.colours',
      '21:39: "colours" reads "data.colours" as a list, and "item" as one value',
    ],
    [
      'a value that holds another',
      'data.id',
      'data',
      '21:39: "item" reads "data" as one value, and "colours" looks for "data.colours" in it',
    ],
    [
      'a value within a column of that name',
      'data.id',
      'note.id',
      '17:16: "note" reads "note" as one value, and "item" looks for "note.id" in it',
    ],
    [
      'a count of another type',
      'logicalType: integer',
      'logicalType: number',
      '22:38: parse count is for logicalType integer, not number',
    ],
    [
      "a count of the file's name",
      'value: data.colours',
      "value: {file: '(.*)'}",
      "22:38: parse count is for lists, and the file's name has none",
    ],
  ])('does not take %s', (_, from, to, message) => {
    const found = problemsOf(GOOD.replace(from, to));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
  });

  it('says of CSV what only JSON has', () => {
    const csv = GOOD.replace('      - {property: format, value: ndjson}\n', '').replace('*.ndjson', '*.csv');
    expect(problemsOf(csv)).toEqual(['21:38: parse count is for lists, which files of format ndjson alone have']);
    expect(problemsOf(csv.replace('parse, value: count', 'nulls, value: [x]').replace('data.id', 'data..id'))).toEqual(
      [],
    );
  });

  it('loads anew what was CSV before', () => {
    const plan = (text: string) => {
      const { contract } = parseContract(text, FILE);
      const [table] = contract?.tables ?? [];
      if (contract === undefined || table === undefined) throw new Error('the contract has no table');
      return planLoad(contract, table, 'duckdb').fingerprint;
    };
    const json = GOOD.replace('parse, value: count', 'nulls, value: [x]');
    const csv = json.replace('value: ndjson', 'value: csv').replace('*.ndjson', '*.csv');
    expect(plan(csv)).not.toBe(plan(json));
    expect(plan(csv)).toBe(plan(csv.replace('      - {property: format, value: csv}\n', '')));
    expect(plan(csv)).not.toContain('csv');
  });

  it('takes files by its ending, packed or not, and replay files of its format', () => {
    const { contract } = parseContract(GOOD, FILE);
    if (contract === undefined) throw new Error('no contract');
    const table = (key: string) => matchTable(contract, key)?.name;
    expect(table('shop/sold/2020-01-01-1.ndjson')).toBe('purchases');
    expect(table('shop/sold/2020-01-01-1.ndjson.gz')).toBe('purchases');
    expect(table('shop/_replay/purchases/ab/1.ndjson')).toBe('purchases');
    for (const key of ['shop/sold/1.csv', 'shop/sold/1.json', 'shop/_replay/purchases/ab/1.csv'])
      expect(table(key)).toBeUndefined();
    expect(fileValue('(.*)-\\d', 'shop/sold/2020-01-01-1.ndjson.gz')).toBe('2020-01-01');
  });
});

describe('objectTemplate', () => {
  it.each([
    [[], ['{}']],
    [['a'], ['{"a":', 0, '}']],
    [
      ['a.b', 'c', 'a.d.e', '__proto__'],
      ['{"a":{"b":', 0, ',"d":{"e":', 2, '}},"c":', 1, ',"__proto__":', 3, '}'],
    ],
    [['a"b.\\'], ['{"a\\"b":{"\\\\":', 0, '}}']],
  ])('of %j', (sources, pieces) => {
    expect(objectTemplate(sources)).toEqual(pieces);
  });
});
