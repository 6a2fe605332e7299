/** What the schema of analyses.yml can't say of each kind: defaults, and what must not be the same. */

import type { Analysis, Mark } from '../analyses/types.ts';
import type { Problem } from '../problems.ts';
import type { Sound, YamlFile } from '../yaml/types.ts';

type Kind = Analysis['kind'];

/** An entry of analyses.yml as it is written: what `schemas/analyses.schema.json` accepts. */
export interface AnalysisDocument {
  readonly name: string;
  readonly kind: Kind;
  readonly input: string;
  readonly columns: Readonly<Record<string, string | readonly string[]>>;
  readonly options?: Readonly<Record<string, Mark | null>>;
  readonly outputs: Readonly<Record<string, string>>;
  readonly warehouse?: Analysis['warehouse'];
}

type AnalysesFile = YamlFile<readonly AnalysisDocument[]>;
type SoundAnalysis = Sound<AnalysisDocument>;
type Check = (yaml: AnalysesFile, entry: SoundAnalysis, index: number) => Problem[];

export const DEFAULT_OPTIONS: Readonly<Record<Kind, Readonly<Record<string, Mark | null>>>> = {
  clustering: { k: null, min_k: 2, max_k: 10, seed: 42, starts: 50, max_correlation: 0.9 },
  correlation: {},
  'event dependence': { alpha: 0.05 },
  'linear regression': { predict_at: null, test_share: 0.2, seed: 42 },
  'outlier removal': { upper: null, lower: null },
  summary: { confidence: 0.95 },
  'two-sample test': { alpha: 0.05 },
};

/** Columns that are left out. */
export function withDefaultColumns({ kind, columns }: AnalysisDocument): AnalysisDocument['columns'] {
  if (kind === 'clustering') return { candidates: columns['features'] ?? [], ...columns };
  return kind === 'outlier removal' || kind === 'summary' ? { group: [], ...columns } : columns;
}

/** No column can be two of these. */
const ROLES: Readonly<Record<Kind, readonly string[]>> = {
  clustering: ['key', 'features'],
  correlation: ['against', 'features'],
  'event dependence': ['subject', 'event'],
  'linear regression': ['key', 'x', 'y'],
  'outlier removal': ['group', 'value'],
  summary: ['group', 'values'],
  'two-sample test': ['group', 'sample', 'value'],
};

const ROLE_WORDS: Readonly<Record<string, string>> = {
  key: 'of the key',
  features: 'a feature',
  against: 'what features are correlated with',
  values: 'a value',
};

const CHECKS: Readonly<Record<Kind, Check>> = {
  clustering: (...args) => [...checkCandidates(...args), ...checkK(...args)],
  correlation: checkPairs,
  'event dependence': checkMarks,
  'linear regression': () => [],
  'outlier removal': checkPercentiles,
  summary: () => [],
  'two-sample test': checkMarks,
};

export function checkAnalysis(yaml: AnalysesFile, entry: SoundAnalysis, index: number): Problem[] {
  if (entry.kind === undefined) return [];
  return [...checkRoles(yaml, entry, index), ...CHECKS[entry.kind](yaml, entry, index)];
}

function checkRoles(yaml: AnalysesFile, { kind, columns }: SoundAnalysis, index: number): Problem[] {
  const roles = new Map<string, string>();
  const problems: Problem[] = [];
  for (const role of kind === undefined ? [] : ROLES[kind]) {
    const given = columns?.[role];
    const names = typeof given === 'string' ? [given] : (given ?? []);
    for (const [at, name] of names.entries()) {
      if (name === undefined) continue;
      const other = roles.get(name);
      if (other === undefined || other === role) roles.set(name, role);
      else {
        const path = [index, 'columns', role, ...(typeof given === 'string' ? [] : [at])];
        const words = (one: string) => ROLE_WORDS[one] ?? `the ${one}`;
        problems.push(yaml.problem('wrong-column', path, `"${name}" is ${words(other)}: it can't be ${words(role)}`));
      }
    }
  }
  return problems;
}

function checkCandidates(yaml: AnalysesFile, { columns }: SoundAnalysis, index: number): Problem[] {
  const lists = [columns?.['key'], columns?.['features'], columns?.['candidates']];
  const [key, features, candidates] = lists.map((list) => (Array.isArray(list) ? list : undefined));
  if (candidates === undefined || candidates.includes(undefined)) return [];
  return (features ?? []).flatMap((feature, at) =>
    feature === undefined || key?.includes(feature) === true || candidates.includes(feature)
      ? []
      : [
          yaml.problem(
            'wrong-column',
            [index, 'columns', 'features', at],
            `the feature "${feature}" must be among the candidates too`,
          ),
        ],
  );
}

function checkK(yaml: AnalysesFile, { options }: SoundAnalysis, index: number): Problem[] {
  const at = (name: string) => [index, 'options', name];
  if (options === undefined || ['k', 'min_k', 'max_k'].some((name) => yaml.isUnreadable(at(name)))) return [];
  const number = (name: string) => options[name] ?? DEFAULT_OPTIONS.clustering[name] ?? null;
  const [k, least, most] = ['k', 'min_k', 'max_k'].map((name) => number(name) as number | null);
  if (least == null || most == null) return [];
  if (least > most) {
    const place = options['min_k'] === undefined ? at('max_k') : at('min_k');
    return [yaml.problem('wrong-value', place, `min_k ${least} is above max_k ${most}`)];
  }
  if (k == null || (k >= least && k <= most)) return [];
  return [yaml.problem('wrong-value', at('k'), `k ${k} is not between min_k ${least} and max_k ${most}`)];
}

function checkPairs(yaml: AnalysesFile, { columns }: SoundAnalysis, index: number): Problem[] {
  const features = columns?.['features'];
  if (!Array.isArray(features) || features.length !== 1 || columns?.['against'] !== undefined) return [];
  if (yaml.isUnreadable([index, 'columns', 'against'])) return [];
  const message = 'one feature has nothing to be correlated with: name another, or a column under against';
  return [yaml.problem('wrong-column', [index, 'columns', 'features'], message)];
}

function checkMarks(yaml: AnalysesFile, { options }: SoundAnalysis, index: number): Problem[] {
  const { a, b } = options ?? {};
  if (a === undefined || b === undefined || String(a) !== String(b)) return [];
  return [yaml.problem('wrong-value', [index, 'options', 'b'], `a and b are both ${String(a)}`)];
}

function checkPercentiles(yaml: AnalysesFile, { options }: SoundAnalysis, index: number): Problem[] {
  const at = (name: string) => [index, 'options', name];
  if (options === undefined || yaml.isUnreadable(at('upper')) || yaml.isUnreadable(at('lower'))) return [];
  const [upper, lower] = [options['upper'] ?? null, options['lower'] ?? null];
  if (upper === null && lower === null) {
    return [
      yaml.problem('missing-key', [index, 'options'], 'nothing would be removed: name an upper or a lower percentile'),
    ];
  }
  if (upper === null || lower === null || lower < upper) return [];
  return [yaml.problem('wrong-value', at('lower'), `lower ${lower} is not below upper ${upper}`)];
}
