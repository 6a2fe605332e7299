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
      'unknown value "clustring", expected clustering, did you mean "clustering"?',
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

  it('refuses a file that is a map', () => {
    expect(problemsOf('name: x\n')).toEqual(['analyses.yml:1:1: the file is a map, expected a list']);
  });
});
