import { describe, expect, it } from '@jest/globals';
import { parseContract } from '../../../core/contracts/parse.ts';
import { formatProblem } from '../../../core/problems.ts';
import { SHOP } from '../../support/shop-contract.ts';

const FILE = 'contracts/shop.odcs.yaml';
const GOOD = `${SHOP}
    customProperties:
      - {property: landing, value: 'sold/*.ndjson'}
      - {property: format, value: ndjson}
      - {property: load, value: merge}
    properties:
      - {name: item, logicalType: string, required: true, primaryKey: true}
customProperties:
  - property: sourceApi
    value:
      url: https://shop.example/v1/sold
      table: purchases
      token: LANDFALL_SHOP_TOKEN
      prefix: sold
      records: data.list
      key: uri
      next: {list: links, rel: next, link: uri}
      pageSize: {parameter: limit, value: 100}
`;

const problemsOf = (text: string) =>
  parseContract(text, FILE).problems.map((problem) => formatProblem({ ...problem, file: '' }).slice(1));

describe('sourceApi', () => {
  it('is read', () => {
    const { contract, problems } = parseContract(GOOD, FILE);
    expect(problems).toEqual([]);
    expect(contract?.sourceApi).toMatchObject({ table: 'purchases', records: 'data.list', maxPages: 10_000 });
    const more = parseContract(`${GOOD}      maxPages: 7\n`, FILE).contract;
    expect(more?.sourceApi?.maxPages).toBe(7);
  });

  it.each([
    [
      'a table that is not there',
      'table: purchases',
      'table: purchase',
      'unknown table "purchase", expected one of purchases, did you mean "purchases"?',
    ],
    [
      'a table of CSV',
      '      - {property: format, value: ndjson}\n',
      '',
      'the table "purchases" is not of format ndjson',
      "'sold/*.ndjson'",
      "'sold/*.csv'",
    ],
    [
      'files that would not land',
      'prefix: sold',
      'prefix: bought',
      'a pulled file would be bought/1970-01-01T000000Z.ndjson, which the landing glob "sold/*.ndjson"',
    ],
    ['a prefix that leads out', 'prefix: sold', 'prefix: ../sold', '"../sold" does not fit, expected a folder under'],
    ['http', 'https://shop', 'http://shop', 'the url "http://shop.example/v1/sold" would send the token in clear'],
    ['the page size twice', 'v1/sold', 'v1/sold?limit=5', 'has the parameter "limit" already'],
    ['the token itself', 'LANDFALL_SHOP_TOKEN', 'c0ffee', 'never the token itself'],
    [
      "another program's secret",
      'LANDFALL_SHOP_TOKEN',
      'AWS_SESSION_TOKEN',
      'expected the name of an environment variable, LANDFALL_',
    ],
    [
      "Landfall's own secret",
      'LANDFALL_SHOP_TOKEN',
      'LANDFALL_PROTECT_KEY',
      'expected the name of an environment variable, LANDFALL_',
    ],
    [
      'an unknown key',
      'records:',
      'record:',
      'unknown key "record", expected one of url, table, token, prefix, records, key, next, pageSize, maxPages, did you mean "records"?',
    ],
    ['an unknown key of next', 'link: uri', 'lnik: uri', 'did you mean "link"?'],
    ['no next', '      next: {list: links, rel: next, link: uri}\n', '', 'missing key "next"'],
    ['no pages', 'value: 100', 'value: 0', '0 does not fit, expected at least 1'],
    ['an unknown property', 'property: sourceApi', 'property: sourceAPI', 'did you mean "sourceApi"?'],
  ])('may not have %s', (_, from, to, message, ...more) => {
    const [alsoFrom, alsoTo] = more as [string?, string?];
    const text = GOOD.replace(from, to);
    const found = problemsOf(alsoFrom === undefined ? text : text.replace(alsoFrom, alsoTo ?? ''));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
  });
});
