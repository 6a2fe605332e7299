import { describe, expect, it } from '@jest/globals';
import { monthColumns, parseMonths } from '../../../core/pipeline/months.ts';
import { LandfallError } from '../../../core/problems.ts';

describe('parseMonths', () => {
  it.each([
    ['2020-01..2020-03', '2020-01-01', '2020-04-01'],
    ['2020-12', '2020-12-01', '2021-01-01'],
    ['2020-02..2020-02', '2020-02-01', '2020-03-01'],
    ['0999-12..', '0999-12-01', null],
    ['..2019-09', null, '2019-10-01'],
  ])('%s is from %s until before %s', (text, from, until) => {
    expect(parseMonths(text)).toEqual({ text, from, until });
  });

  it.each([
    '',
    '..',
    '2020',
    '2020-00',
    '2020-13',
    '2020-1',
    ' 2020-01',
    '2020-01-01',
    '2020-01..02',
    '2020-01...2020-02',
  ])('"%s" is none, with an example and exit code 2', (text) => {
    const error = thrown(text);
    expect(error?.exitCode).toBe(2);
    expect(error?.problems).toMatchObject([
      { code: 'wrong-months', hint: expect.stringContaining('2020-01..2020-03') },
    ]);
  });

  it('says how a range that ends before it begins is meant', () => {
    expect(thrown('2020-03..2019-12')?.problems[0]?.hint).toBe('write 2019-12..2020-03');
  });
});

function thrown(text: string): LandfallError | undefined {
  try {
    parseMonths(text);
  } catch (error) {
    if (error instanceof LandfallError) return error;
  }
  return undefined;
}

it('monthColumns are those of month(…) alone', () => {
  expect(monthColumns({ partitionBy: ['shop', 'month(day)', 'year(day)', 'month(sold_at)'] })).toEqual([
    'day',
    'sold_at',
  ]);
});
