import { describe, expect, it } from '@jest/globals';
import { fileValue, matchTable } from '../../../core/contracts/landing.ts';
import { parseContract } from '../../../core/contracts/parse.ts';
import type { Contract } from '../../../core/contracts/types.ts';
import { CONTRACT_FILE, CONTRACT_TEXT } from './learnplatform.ts';

const contract = parseContract(CONTRACT_TEXT, CONTRACT_FILE).contract as Contract;

describe('matchTable', () => {
  it.each([
    ['learnplatform/engagement_data/1000.csv', 'engagement'],
    ['learnplatform/engagement_data/1000.csv.gz', 'engagement'],
    ['learnplatform/districts_info.csv', 'districts'],
    ['learnplatform/products_info.csv.gz', 'products'],
    ['learnplatform/engagement_data/old/1000.csv', undefined],
    ['learnplatform/engagement_data/1000.csv.bz2', undefined],
    ['learnplatform/engagement_data/1000.gz', undefined],
    ['learnplatform/engagement_data/._1000.csv', undefined],
    ['learnplatform/1000.csv', undefined],
    ['learnplatform2/districts_info.csv', undefined],
    ['districts_info.csv', undefined],
    ['learnplatform/_replay/engagement/0a1b/1000.csv', 'engagement'],
    ['learnplatform/_replay/engagement/0a1b/2/1000.csv', 'engagement'],
    ['learnplatform/_replay/districts/0a1b/anything.csv', 'districts'],
    ['learnplatform/_replay/engagements/0a1b/1000.csv', undefined],
    ['learnplatform/_replay/engagement/0a1b/1000.txt', undefined],
    ['learnplatform/_replay/engagement.csv', undefined],
  ])('%s: %s', (key, table) => {
    expect(matchTable(contract, key)?.name).toBe(table);
  });
});

describe('fileValue', () => {
  it.each([
    ['(\\d+)', 'learnplatform/engagement_data/1000.csv', '1000'],
    ['(\\d+)', 'learnplatform/engagement_data/1000.csv.gz', '1000'],
    ['(\\d+)', '1000.csv', '1000'],
    ['(\\d+)', 'x/1000 (1).csv', null],
    ['(\\d+)', '1000/x.csv', null],
    ['sales_([a-z]+)_\\d+|x', 'x/sales_north_7.csv', 'north'],
    ['sales_([a-z]+)_\\d+|x', 'x/x.csv', null],
  ])('%s of %s: %s', (pattern, key, value) => {
    expect(fileValue(pattern, key)).toBe(value);
  });
});
