import { describe, expect, it } from '@jest/globals';
import { checkContracts, parseContract } from '../../../core/contracts/parse.ts';
import { formatProblem } from '../../../core/problems.ts';
import { CONTRACT_FILE, CONTRACT_TEXT } from './learnplatform.ts';
import { edited, FILE, GOOD, problemsOf } from './tea-shop.ts';

describe('parseContract, of a good contract', () => {
  it('gives tables, keys in order of their positions, and defaults', () => {
    const { contract, problems } = parseContract(GOOD, FILE);
    expect(problems).toEqual([]);
    expect(contract).toEqual({
      dataset: 'tea-shop',
      schema: 'tea_shop',
      version: '1.0.0',
      description: 'Tea sold.',
      file: FILE,
      tables: [
        {
          name: 'sales',
          description: '',
          landing: 'sales/*.csv',
          format: 'csv',
          load: 'merge',
          primaryKey: ['day', 'shop'],
          identity: [],
          overlap: 'ordinal',
          partitionBy: ['shop', 'month(day)'],
          maxBadShare: 1,
          columns: [
            {
              name: 'shop',
              type: 'string',
              description: '',
              required: true,
              source: { kind: 'file', pattern: '([a-z]+)-\\d+' },
              nulls: [],
            },
            {
              name: 'day',
              type: 'date',
              description: '',
              required: true,
              source: { kind: 'header', name: 'day' },
              nulls: [],
            },
            {
              name: 'cups',
              type: 'bigint',
              description: '',
              required: false,
              source: { kind: 'header', name: 'cups' },
              nulls: ['NaN', 'none'],
              minimum: 0,
              maximum: 1000,
            },
          ],
        },
        {
          name: 'teas',
          description: '',
          landing: 'teas.csv',
          format: 'csv',
          load: 'replace',
          primaryKey: [],
          identity: [],
          overlap: 'ordinal',
          partitionBy: [],
          maxBadShare: 1,
          columns: [
            {
              name: 'tea',
              type: 'string',
              description: '',
              required: false,
              source: { kind: 'header', name: 'tea' },
              parse: { kind: 'split', separator: '/', part: 1 },
              nulls: [],
              pattern: '[a-z]+',
            },
          ],
        },
      ],
    });
  });

  it('reads the one that ships', () => {
    const { contract, problems } = parseContract(CONTRACT_TEXT, CONTRACT_FILE);
    expect(problems).toEqual([]);
    const tables = contract?.tables ?? [];
    expect(tables.map(({ name, load, primaryKey }) => [name, load, primaryKey])).toEqual([
      ['engagement', 'merge', ['district_id', 'time', 'lp_id']],
      ['districts', 'replace', ['district_id']],
      ['products', 'replace', ['lp_id']],
    ]);
    expect(tables[0]?.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'district_id integer',
      'time date',
      'lp_id integer',
      'pct_access double',
      'engagement_index double',
    ]);
    expect(tables.flatMap(({ columns }) => columns).every(({ description }) => description !== '')).toBe(true);
  });

  it('gives the identity of a table loaded by append, in the order given, and how its files go together', () => {
    const append = 'value: append}\n      - {property: identity, value: [day, cups, shop]}';
    const tableOf = (text: string) => parseContract(text, FILE).contract?.tables[0];
    expect(tableOf(edited(['value: merge}', append]))).toMatchObject({
      load: 'append',
      identity: ['day', 'cups', 'shop'],
      overlap: 'ordinal',
    });
    const apart = `${append}\n      - {property: overlap, value: none}`;
    expect(tableOf(edited(['value: merge}', apart]))).toMatchObject({ overlap: 'none' });
  });

  it('takes two columns from one header, several stars, and any drift', () => {
    const text = edited(
      ['schema:\n', 'customProperties: [{property: drift, value: freeze}]\nschema:\n'],
      ['sales/*.csv', 'sales-*/*-v*.csv'],
      ['value: [NaN, none]}', 'value: [NaN]}\n          - {property: source, value: day}'],
    );
    expect(problemsOf(text)).toEqual([]);
    expect(problemsOf(text.replace('value: freeze', 'value: evolve'))).toEqual([]);
  });
});

describe('parseContract, of many mistakes', () => {
  it('reports ten at once, of shape and of meaning, in the order of the file', () => {
    const text = edited(
      ['active', 'actve'],
      ['sales/*.csv', 'sales/*.json'],
      ['value: merge', 'value: append'],
      ['month(day)', 'month(dya)'],
      ['required: true', 'required: yes'],
      ['primaryKeyPosition: 2', 'primaryKeyPosition: 1'],
      ['([a-z]+)-', '[a-z]+-'],
      ['physicalType: bigint', 'physicaltype: bigint'],
      ['minimum: 0', 'minimum: 2000'],
      ['part: 1', 'prat: 1'],
    );
    expect(problemsOf(text).map((problem) => problem.replace(/: .*/, ''))).toEqual([
      '6:9',
      '10:5',
      '11:36',
      '13:47',
      '17:19',
      '21:46',
      '26:29',
      '29:9',
      '30:39',
      '42:51',
    ]);
  });
});

describe('checkContracts', () => {
  it('refuses a data set that has two contracts', () => {
    const read = (file: string) => parseContract(GOOD, file).contract ?? [];
    const contracts = [FILE, 'contracts/old/tea-shop.odcs.yaml'].flatMap(read);
    expect(checkContracts(contracts).map(formatProblem)).toEqual([
      `contracts/old/tea-shop.odcs.yaml: the data set "tea-shop" has a contract already, in ${FILE} (remove one of the two files)`,
    ]);
    expect(checkContracts(contracts.slice(0, 1))).toEqual([]);
  });
});
