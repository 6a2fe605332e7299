import type { Correlation, EventDependence, LinearRegression } from '../types.ts';
import { BOOKS } from './books.ts';
import type { OutputDescriptions } from './output.ts';

export const CORRELATION_OUTPUTS: OutputDescriptions<Correlation> = {
  correlations: {
    description: ({ input, columns }) =>
      columns.against === undefined
        ? `How closely columns of ${input} go together, two by two.`
        : `How closely columns of ${input} go together with ${columns.against}.`,
    key: () => ['feature_a', 'feature_b'],
    inherits: () => [],
    columns: {
      feature_a: 'The one column',
      feature_b: 'The other column',
      pearson_r: "Pearson's r, -1 to 1: how near the rows are to a line",
      p_value: 'How likely so large an r were, if the columns had nothing to do with each other (two-sided)',
      ci95_low: "The lower end of the 95 % interval about Pearson's r",
      ci95_high: "The upper end of the 95 % interval about Pearson's r",
      spearman_rho: "Spearman's rho, -1 to 1: how near the one column is to rising with the other",
      spearman_p_value: 'How likely so large a rho were, if the columns had nothing to do with each other (two-sided)',
      n: { description: 'How many rows have both', unit: 'rows' },
      ...BOOKS,
    },
  },
};

export const DEPENDENCE_OUTPUTS: OutputDescriptions<EventDependence> = {
  dependence: {
    description: ({ input, columns, options }) =>
      `Whether ${columns.event} ${options.a} (A) and ${options.b} (B) of ${input} happen to the same ${columns.subject} by more than chance.`,
    key: () => ['event_a', 'event_b'],
    inherits: () => [],
    columns: {
      event_a: 'What event A is',
      event_b: 'What event B is',
      n: { description: 'How many subjects there are', unit: 'subjects' },
      n_a: { description: 'To how many A happened', unit: 'subjects' },
      n_b: { description: 'To how many B happened', unit: 'subjects' },
      n_ab: { description: 'To how many both happened', unit: 'subjects' },
      p_a: { description: 'The share of subjects to which A happened', unit: 'share of subjects' },
      p_b: { description: 'The share of subjects to which B happened', unit: 'share of subjects' },
      p_a_and_b: { description: 'The share of subjects to which both happened', unit: 'share of subjects' },
      p_a_given_b: {
        description: 'Of the subjects to which B happened, the share to which A did too',
        unit: 'share of subjects',
      },
      p_b_given_a: {
        description: 'Of the subjects to which A happened, the share to which B did too',
        unit: 'share of subjects',
      },
      p_a_times_p_b: {
        description: 'The share of subjects to which both would happen, if they had nothing to do with each other',
        unit: 'share of subjects',
      },
      independent: 'Whether chi-square leaves it open that they have nothing to do with each other',
      chi_square: "Pearson's chi-square of the four cells, without Yates' correction",
      p_value: 'How likely so large a chi-square were, if they had nothing to do with each other',
      ...BOOKS,
    },
  },
};

const X = "in the y column's unit for one of the x column's";
const Y = "in the y column's unit";

const BAND = {
  predicted: `The y on the line, ${Y}`,
  mean_low: `The lower end of the 95 % interval of the mean y there, ${Y}`,
  mean_high: `The upper end of the 95 % interval of the mean y there, ${Y}`,
  predicted_low: `The lower end of the 95 % prediction interval of a single row there, ${Y}`,
  predicted_high: `The upper end of the 95 % prediction interval of a single row there, ${Y}`,
};

export const REGRESSION_OUTPUTS: OutputDescriptions<LinearRegression> = {
  regression: {
    description: ({ input, columns }) => `The line of ${columns.y} on ${columns.x} of ${input}, by least squares.`,
    key: () => [],
    inherits: () => [],
    columns: {
      slope: `How much y rises with x, ${X}`,
      intercept: `The y of the line where x is 0, ${Y}`,
      r2: 'The share of the variance of y that the line accounts for, on all rows',
      slope_standard_error: `The standard error of the slope, ${X}`,
      intercept_standard_error: `The standard error of the intercept, ${Y}`,
      slope_p_value: 'How likely so steep a slope were, if y had nothing to do with x (two-sided)',
      slope_ci95_low: `The lower end of the 95 % interval about the slope, ${X}`,
      slope_ci95_high: `The upper end of the 95 % interval about the slope, ${X}`,
      residual_standard_error: `The standard deviation of what the line leaves, ${Y}`,
      n: { description: 'How many rows have both', unit: 'rows' },
      n_train: { description: "How many rows the split's line was fitted to", unit: 'rows' },
      n_test: { description: "How many rows the split's line was judged on", unit: 'rows' },
      r2_train: "R2 of the split's line on the rows that it was fitted to",
      r2_test: "R2 of the split's line on the rows that it was judged on; below 0 where their mean does better",
      seed: 'The seed of the split',
      predicted_at: "The x for which y is predicted, in the x column's unit",
      predicted: `The y predicted there, ${Y}`,
      predicted_low: BAND.predicted_low,
      predicted_high: BAND.predicted_high,
      ...BOOKS,
    },
  },
  residuals: {
    description: ({ input, columns }) =>
      `What the line of ${columns.y} on ${columns.x} leaves of each row of ${input}.`,
    key: ({ columns }) => columns.key,
    inherits: ({ columns }) => [...columns.key, columns.x, columns.y],
    columns: {
      fitted: BAND.predicted,
      residual: `y less what the line gives, ${Y}`,
      standardised_residual: 'The residual in its own standard deviations, leverage taken into account',
      in_train: "Whether the split's line was fitted to the row",
    },
  },
  band: {
    description: ({ input, columns }) =>
      `The line of ${columns.y} on ${columns.x} of ${input} and its intervals, from the least to the greatest x.`,
    key: ({ columns }) => [columns.x],
    inherits: ({ columns }) => [columns.x],
    columns: BAND,
  },
};
