import type { DescribedColumn } from '../../models/types.ts';
import type { OutlierRemoval, Summary, TwoSampleTest } from '../types.ts';
import { BOOKS } from './books.ts';
import type { OutputDescriptions } from './output.ts';

const UNIT = "in the value's own unit";

export const TEST_OUTPUTS: OutputDescriptions<TwoSampleTest> = {
  tests: {
    description: ({ input, columns, options }) =>
      `Whether ${columns.value} of ${input} differs between ${columns.sample} ${options.a} (a) and ${options.b} (b)` +
      `${columns.group === undefined ? '' : `, for each ${columns.group}`}.`,
    key: () => ['group_value'],
    inherits: () => [],
    columns: {
      group_value: 'The group that is compared within; all where rows are not grouped',
      ...sides('sample', (side) => `What sample ${side} is`),
      ...sides('n', (side) => ({ description: `How many values sample ${side} has`, unit: 'rows' })),
      ...sides('mean', (side) => `The mean of sample ${side}, ${UNIT}`),
      ...sides('median', (side) => `The median of sample ${side}, ${UNIT}`),
      ...sides('variance', (side) => `The variance of sample ${side}, in the square of the value's unit`),
      ...sides('std', (side) => `The standard deviation of sample ${side}, ${UNIT}`),
      ...sides('ci95_low', (side) => `The lower end of the 95 % interval about the mean of sample ${side}, ${UNIT}`),
      ...sides('ci95_high', (side) => `The upper end of the 95 % interval about the mean of sample ${side}, ${UNIT}`),
      f_statistic: 'The larger variance over the smaller',
      f_p_value: 'How likely so large a ratio were, if the variances were equal (one-sided)',
      variances_equal: 'Whether the variances were taken as equal: pooled where true, Welch where false',
      t_statistic: "Student's t of the means, a less b",
      df: "The degrees of freedom of t; not a whole number where the test is Welch's",
      p_value_two_sided: 'How likely so large a difference were, either way, if the means were equal',
      p_value_increase: 'How likely so large an increase from a to b were, if the means were equal (one-sided)',
      significant: 'Whether the two-sided p is below the level of significance, 0.05 unless the analysis says another',
      cohens_d: 'The difference of the means, a less b, in pooled standard deviations',
      ...BOOKS,
    },
  },
};

export const SUMMARY_OUTPUTS: OutputDescriptions<Summary> = {
  summary: {
    description: ({ input, columns }) =>
      `${columns.values.join(', ')} of ${input}${columns.group.length === 0 ? '' : ` for each ${columns.group.join(' and ')}`}: mean, spread, and the interval about the mean.`,
    key: ({ columns }) => [...columns.group, 'feature'],
    inherits: ({ columns }) => columns.group,
    columns: {
      feature: 'The column that is summed up',
      n: { description: 'How many rows have a value', unit: 'rows' },
      mean: `The mean, ${UNIT}`,
      std: `The standard deviation of the sample, ${UNIT}`,
      median: `The median, ${UNIT}`,
      min: `The least value, ${UNIT}`,
      max: `The greatest value, ${UNIT}`,
      ci95_low: `The lower end of Student's interval about the mean, ${UNIT}`,
      ci95_high: `The upper end of Student's interval about the mean, ${UNIT}`,
      ...BOOKS,
    },
  },
};

export const OUTLIER_OUTPUTS: OutputDescriptions<OutlierRemoval> = {
  kept: {
    description: ({ input, columns, options }) =>
      `${input} without rows whose ${columns.value} is ${[
        ...(options.lower === null ? [] : [`at or below the percentile ${options.lower}`]),
        ...(options.upper === null ? [] : [`at or above the percentile ${options.upper}`]),
      ].join(' or ')}${columns.group.length === 0 ? '' : ` of its ${columns.group.join(' and ')}`}.`,
    key: () => [],
    inherits: () => 'all',
    columns: {},
  },
  thresholds: {
    description: ({ input, columns }) => `Beyond which ${columns.value} a row of ${input} was removed as an outlier.`,
    key: ({ columns }) => columns.group,
    inherits: ({ columns }) => columns.group,
    columns: {
      lower_threshold: `Rows at or below it were removed, ${UNIT}; null where none were for being small`,
      upper_threshold: `Rows at or above it were removed, ${UNIT}; null where none were for being large`,
      n: { description: 'How many rows have a value', unit: 'rows' },
      kept: { description: 'How many of them stayed', unit: 'rows' },
      removed: { description: 'How many of them were removed', unit: 'rows' },
      ...BOOKS,
    },
  },
};

function sides(
  name: string,
  say: (side: 'a' | 'b') => string | DescribedColumn,
): Record<string, string | DescribedColumn> {
  return { [`${name}_a`]: say('a'), [`${name}_b`]: say('b') };
}
