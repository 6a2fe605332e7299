import { describe, expect, it } from '@jest/globals';
import { checkHeader } from '../../../core/contracts/check-header.ts';
import { parseContract } from '../../../core/contracts/parse.ts';
import type { TableContract } from '../../../core/contracts/types.ts';
import { CONTRACT_FILE, CONTRACT_TEXT } from './learnplatform.ts';

const tables = parseContract(CONTRACT_TEXT, CONTRACT_FILE).contract?.tables ?? [];
const [engagement, districts, products] = tables as [TableContract, TableContract, TableContract];

const KEY = 'learnplatform/engagement_data/1000.csv';

function messagesOf(table: TableContract, header: string, key = KEY): string[] {
  const checked = checkHeader(table, header.split(','), key);
  return 'order' in checked ? [] : checked.map(({ message }) => message);
}

describe('checkHeader, of the published headers', () => {
  it('tells which columns each field feeds', () => {
    expect(checkHeader(engagement, ['time', 'lp_id', 'pct_access', 'engagement_index'], KEY)).toEqual({
      order: [
        { field: 'time', columns: ['time'] },
        { field: 'lp_id', columns: ['lp_id'] },
        { field: 'pct_access', columns: ['pct_access'] },
        { field: 'engagement_index', columns: ['engagement_index'] },
      ],
    });
    const header =
      'district_id,state,locale,pct_black/hispanic,pct_free/reduced,county_connections_ratio,pp_total_raw'.split(',');
    const checked = checkHeader(districts, header, 'learnplatform/districts_info.csv');
    expect('order' in checked ? checked.order.map(({ columns }) => columns) : checked).toEqual([
      ['district_id'],
      ['state'],
      ['locale'],
      ['pct_black_hispanic', 'pct_black_hispanic_interval'],
      ['pct_free_reduced', 'pct_free_reduced_interval'],
      ['county_connections_ratio', 'county_connections_ratio_interval'],
      ['pp_total_raw', 'pp_total_raw_interval'],
    ]);
  });

  it('splits one field of the products in three', () => {
    const header = 'LP ID,URL,Product Name,Provider/Company Name,Sector(s),Primary Essential Function'.split(',');
    const checked = checkHeader(products, header, 'learnplatform/products_info.csv');
    expect(checked).toMatchObject({ order: expect.arrayContaining([{ field: 'LP ID', columns: ['lp_id'] }]) });
    expect('order' in checked ? checked.order.at(-1)?.columns : checked).toEqual([
      'function_category',
      'primary_function',
      'function_group',
    ]);
  });

  it('takes any order, spaces around names, and a missing column that is not required', () => {
    expect(checkHeader(engagement, ['engagement_index ', ' lp_id', 'time'], KEY)).toEqual({
      order: [
        { field: 'engagement_index ', columns: ['engagement_index'] },
        { field: ' lp_id', columns: ['lp_id'] },
        { field: 'time', columns: ['time'] },
      ],
    });
  });
});

describe('checkHeader, of a wrong header', () => {
  it.each([
    [
      'misspelt required',
      'time,lpid,pct_access,engagement_index',
      ['the header has no column "lp_id", the nearest is "lpid"'],
    ],
    [
      'other case',
      'Time,lp_id,pct_access,engagement_index',
      ['the header has no column "time", the nearest is "Time"'],
    ],
    ['missing required', 'time,pct_access,engagement_index', ['the header has no column "lp_id"']],
    [
      'misspelt optional',
      'time,lp_id,pct_acces,engagement_index',
      [
        'unknown column "pct_acces" in the header, expected time, lp_id, pct_access, engagement_index, did you mean "pct_access"?',
      ],
    ],
    [
      'one more',
      'time,lp_id,pct_access,engagement_index,teacher',
      ['unknown column "teacher" in the header, expected time, lp_id, pct_access, engagement_index'],
    ],
    ['twice', 'time,lp_id,time,pct_access', ['the header has "time" twice']],
    ['without a name', 'time,lp_id,pct_access,', ['column 4 of the header has no name']],
  ])('%s', (_, header, messages) => {
    expect(messagesOf(engagement, header)).toEqual(messages);
  });

  it('says what a file of CR alone is, and lets no control character through', () => {
    const problems = checkHeader(engagement, ['time', 'note\r1\u001b\u009b'], KEY);
    expect(problems).toContainEqual({
      code: 'unknown-column',
      message: expect.stringContaining('unknown column "note\\r1\\u001b\\u009b" in the header'),
      file: KEY,
      line: 1,
      hint: 'its lines end in CR alone: save the file with LF or CRLF',
    });
  });

  it('reports everything at once, naming the file', () => {
    const problems = checkHeader(engagement, ['lpid', 'teacher', 'pct_access', 'pct_access'], 'learnplatform/x.csv');
    expect(problems).toMatchObject([
      { code: 'wrong-file-name', file: 'learnplatform/x.csv' },
      { code: 'missing-column', file: 'learnplatform/x.csv', line: 1 },
      { code: 'missing-column', message: 'the header has no column "lp_id", the nearest is "lpid"' },
      { code: 'duplicate-column' },
      { code: 'unknown-column' },
    ]);
  });

  it('says so where the separator is another one', () => {
    const problems = checkHeader(engagement, ['time;lp_id;pct_access;engagement_index'], KEY);
    expect(problems).toContainEqual(
      expect.objectContaining({ hint: 'the columns seem to be separated by ";": export the file with commas' }),
    );
  });

  it('refuses a file whose name lacks the district', () => {
    expect(messagesOf(engagement, 'time,lp_id', 'learnplatform/engagement_data/all.csv')).toEqual([
      `the column "district_id" comes from the file's name, which does not match (\\d+)`,
    ]);
  });
});
