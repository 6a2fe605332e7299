import { describe, expect, it } from '@jest/globals';
import type { ColumnType } from '../../core/contracts/types.ts';
import type { Value } from '../../core/tabular.ts';
import { cellFormatter, formatCount, labelOf, sayValue } from '../../dashboard/format.ts';

function cells(name: string, type: ColumnType, values: readonly Value[]): readonly string[] {
  return values.map(cellFormatter({ name, type }, values));
}

describe('cellFormatter', () => {
  it('gives doubles the decimals that their column shares', () => {
    expect(cells('pages', 'double', [173.57808, 20.5, 100])).toEqual(['173.6', '20.5', '100.0']);
    expect(cells('pages', 'double', [10088.53, 5083.02])).toEqual(['10,089', '5,083']);
    expect(cells('share', 'double', [0.51262, 0.1])).toEqual(['0.513', '0.100']);
    expect(cells('mean', 'double', [7.0291, 2.97])).toEqual(['7.029', '2.970']);
  });

  it('never shows a small value as nothing', () => {
    expect(cells('slope', 'double', [1200, 0.0017338, 83.4])).toEqual(['1,200', '0.00173', '83']);
    expect(cells('p_value', 'double', [0.9, 1.234e-9, 0])).toEqual(['0.900', '1.23e-9', '0.000']);
  });

  it('shows whole numbers without decimals', () => {
    expect(cells('students', 'double', [1, 2000, null])).toEqual(['1', '2,000', '–']);
    expect(cells('rows_read', 'bigint', ['13309138', -1])).toEqual(['13,309,138', '-1']);
  });

  it('leaves identifiers and years as they are', () => {
    expect(cells('district_id', 'integer', [1000])).toEqual(['1000']);
    expect(cells('year', 'integer', [2021])).toEqual(['2021']);
  });

  it('shows times and booleans as people write them', () => {
    expect(cells('month', 'date', ['2020-03-01'])).toEqual(['2020-03']);
    expect(cells('time', 'date', ['2020-03-01'])).toEqual(['2020-03-01']);
    expect(cells('created', 'timestamp', ['2020-03-01T04:05:06.789'])).toEqual(['2020-03-01 04:05:06']);
    expect(cells('chosen', 'boolean', [true, false, null])).toEqual(['yes', 'no', '–']);
  });
});

describe('a share', () => {
  it('is a percentage', () => {
    const format = cellFormatter({ name: 'part', type: 'double' }, [0.2564], 'share of districts');
    expect([0.2564, 1, 0, 0.0000451, null].map(format)).toEqual(['25.6%', '100.0%', '0.0%', '0.00451%', '–']);
  });
});

describe('sayValue', () => {
  it('writes figures to three digits, and whole ones from a hundred up', () => {
    const say = (value: number) => sayValue({ name: 'pages', type: 'double' }, value);
    expect([0.12345, 9.4851, 48.6, 173.578, 10088.533, -1.6764, 0].map(say)).toEqual([
      '0.123',
      '9.49',
      '48.6',
      '174',
      '10,089',
      '-1.68',
      '0',
    ]);
    expect(sayValue({ name: 'rows_read', type: 'bigint' }, '13309138')).toBe('13,309,138');
    expect(sayValue({ name: 'part', type: 'double' }, 0.80105, 'share of page loads')).toBe('80.1%');
  });

  it('names days and months, and what is not known', () => {
    expect(sayValue({ name: 'time', type: 'date' }, '2020-12-10')).toBe('10 December 2020');
    expect(sayValue({ name: 'month', type: 'date' }, '2020-01-01')).toBe('January 2020');
    expect(sayValue({ name: 'district_id', type: 'integer' }, 1000)).toBe('1000');
    expect(sayValue({ name: 'pages', type: 'double' }, null)).toBe('unknown');
  });
});

describe('formatCount', () => {
  it('separates thousands', () => {
    expect(formatCount(13309138)).toBe('13,309,138');
  });
});

describe('labelOf', () => {
  it('reads like words', () => {
    expect(labelOf('pages_per_student')).toBe('Pages per student');
  });
});
