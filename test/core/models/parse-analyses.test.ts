import { describe, expect, it } from '@jest/globals';
import { parseAnalyses } from '../../../core/models/parse-analyses.ts';
import { formatProblem } from '../../../core/problems.ts';

const GOOD = `- name: shop_clusters
  kind: clustering
  input: tea_shop.shop_features
  columns:
    key: [shop]
    features: [cups, revenue]
    candidates: [cups, revenue, size]
  options: {k: 4, seed: 7}
  outputs: {clusters: shops, selection: shop_selection, correlations: shop_correlations, profiles: shop_profiles}
- name: tea_clusters
  kind: clustering
  input: tea_shop.tea_features
  columns: {key: [tea], features: [cups]}
  outputs: {clusters: teas, selection: tea_selection, correlations: tea_correlations, profiles: tea_profiles}
`;

const EVERY_KIND = `- name: a
  kind: two-sample test
  input: tea_shop.visits
  columns: {value: cups, sample: year, group: member}
  options: {a: 2021, b: 2022}
  outputs: {tests: t1}
- name: b
  kind: correlation
  input: tea_shop.visits
  columns: {features: [cups], against: revenue}
  outputs: {correlations: t2}
- name: c
  kind: event dependence
  input: tea_shop.visits
  columns: {subject: guest, event: tea}
  options: {a: green, b: black, alpha: 0.01}
  outputs: {dependence: t3}
- name: d
  kind: linear regression
  input: tea_shop.visits
  columns: {key: [guest], x: cups, y: revenue}
  outputs: {regression: t4, band: t5}
- name: e
  kind: summary
  input: tea_shop.visits
  columns: {values: [cups]}
  outputs: {summary: t6}
- name: f
  kind: outlier removal
  input: tea_shop.visits
  columns: {value: cups}
  options: {upper: 0.99}
  outputs: {kept: t7, thresholds: t8}
`;

function problemsOf(text: string): string[] {
  const { analyses, problems } = parseAnalyses(text, 'analyses.yml', 'tea-shop');
  expect(analyses).toEqual([]);
  return problems.map(formatProblem);
}

describe('parseAnalyses', () => {
  it('reads analyses, with defaults for what is left out', () => {
    const { analyses, problems } = parseAnalyses(GOOD, 'analyses.yml', 'tea-shop');
    expect(problems).toEqual([]);
    expect(analyses[0]).toEqual({
      dataset: 'tea-shop',
      schema: 'tea_shop',
      name: 'shop_clusters',
      kind: 'clustering',
      file: 'analyses.yml',
      input: 'tea_shop.shop_features',
      columns: { key: ['shop'], features: ['cups', 'revenue'], candidates: ['cups', 'revenue', 'size'] },
      options: { k: 4, min_k: 2, max_k: 10, seed: 7, starts: 50, max_correlation: 0.9 },
      outputs: {
        clusters: 'shops',
        selection: 'shop_selection',
        correlations: 'shop_correlations',
        profiles: 'shop_profiles',
      },
    });
    expect(analyses[1]).toMatchObject({
      columns: { key: ['tea'], features: ['cups'], candidates: ['cups'] },
      options: { k: null, min_k: 2, max_k: 10, seed: 42, starts: 50, max_correlation: 0.9 },
    });
  });

  it.each([
    [
      'kind misspelt',
      'kind: clustering',
      'kind: clustring',
      '2:9',
      'unknown value "clustring", expected one of clustering, correlation, event dependence, linear regression, ' +
        'outlier removal, summary, two-sample test, did you mean "clustering"?',
    ],
    ['input without schema', 'tea_shop.shop_features', 'shop_features', '3:10', 'expected a table with its schema'],
    ['feature of the key', 'features: [cups, revenue]', 'features: [cups, shop]', '6:22', '"shop" is of the key'],
    [
      'feature that is no candidate',
      'candidates: [cups, revenue, size]',
      'candidates: [cups, size]',
      '6:22',
      'the feature "revenue" must be among the candidates too',
    ],
    ['candidates misspelt', 'candidates:', 'cadidates:', '7:5', 'did you mean "candidates"?'],
    ['features missing', '    features: [cups, revenue]\n', '', '5:5', 'missing key "features"'],
    ['option misspelt', 'seed: 7', 'sede: 7', '8:19', 'did you mean "seed"?'],
    ['k of one', 'k: 4', 'k: 1', '8:16', '1 does not fit, expected at least 2'],
    ['k as text', 'k: 4', 'k: four', '8:16', '"four" is text, expected a whole number or nothing'],
    ['k above the largest', 'k: 4', 'k: 11', '8:16', 'k 11 is not between min_k 2 and max_k 10'],
    ['smallest k above the largest', 'seed: 7', 'min_k: 20', '8:26', 'min_k 20 is above max_k 10'],
    ['output missing', ', profiles: shop_profiles', '', '9:12', 'missing key "profiles"'],
    ['output twice', 'clusters: teas', 'clusters: shops', '14:23', 'the output table "shops" is given twice'],
    ['name twice', 'tea_clusters', 'shop_clusters', '10:9', 'the name "shop_clusters" is given twice'],
  ])('%s', (_, from, to, place, message) => {
    expect(GOOD).toContain(from);
    const problems = problemsOf(GOOD.replace(from, to));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^analyses.yml:${place}: `));
    expect(problems[0]).toContain(message);
  });

  it('reads every kind, with its own defaults', () => {
    const { analyses, problems } = parseAnalyses(EVERY_KIND, 'analyses.yml', 'tea-shop');
    expect(problems).toEqual([]);
    expect(analyses.map(({ kind, columns, options }) => ({ kind, columns, options }))).toEqual([
      {
        kind: 'two-sample test',
        columns: { value: 'cups', sample: 'year', group: 'member' },
        options: { a: 2021, b: 2022, alpha: 0.05 },
      },
      { kind: 'correlation', columns: { features: ['cups'], against: 'revenue' }, options: {} },
      {
        kind: 'event dependence',
        columns: { subject: 'guest', event: 'tea' },
        options: { a: 'green', b: 'black', alpha: 0.01 },
      },
      {
        kind: 'linear regression',
        columns: { key: ['guest'], x: 'cups', y: 'revenue' },
        options: { predict_at: null, test_share: 0.2, seed: 42 },
      },
      { kind: 'summary', columns: { group: [], values: ['cups'] }, options: { confidence: 0.95 } },
      { kind: 'outlier removal', columns: { group: [], value: 'cups' }, options: { upper: 0.99, lower: null } },
    ]);
  });

  it.each([
    ['columns of another kind', 'sample: year', 'features: [year]', 'unknown key "features", expected one of value'],
    ['the same twice', 'value: cups, sample', 'value: year, sample', '"year" is the sample: it can\'t be the value'],
    ['the same sample', 'b: 2022', "b: '2021'", 'a and b are both 2021'],
    ['no options', '  options: {a: 2021, b: 2022}\n', '', 'missing key "options"'],
    ['one feature', ', against: revenue', '', 'one feature has nothing to be correlated with'],
    ['x is y', 'x: cups, y', 'x: revenue, y', '"revenue" is the x: it can\'t be the y'],
    ['no percentile', 'upper: 0.99', 'upper: null', 'nothing would be removed'],
    ['a percentile of 99', 'upper: 0.99', 'upper: 99', '99 does not fit, expected at most 1'],
    ['a group named as a figure', '{values: [cups]}', '{values: [cups], group: [n]}', 't6 has a column "n" of its own'],
    [
      'an x named as a figure',
      'x: cups',
      'x: predicted',
      't5 has a column "predicted" of its own: name that of tea_shop',
    ],
    ['percentiles exchanged', 'upper: 0.99', 'upper: 0.1, lower: 0.9', 'lower 0.9 is not below upper 0.1'],
  ])('of other kinds: %s', (_, from, to, message) => {
    expect(EVERY_KIND).toContain(from);
    const problems = problemsOf(EVERY_KIND.replace(from, to));
    expect(problems.join('\n')).toContain(message);
  });

  it('refuses a file that is a map', () => {
    expect(problemsOf('name: x\n')).toEqual(['analyses.yml:1:1: the file is a map, expected a list']);
  });
});
