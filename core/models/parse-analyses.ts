import schema from '../../schemas/analyses.schema.json' with { type: 'json' };
import type { Problem } from '../problems.ts';
import { compileSchema, parseYaml } from '../yaml/parse-yaml.ts';
import { sortProblems } from '../yaml/sort-problems.ts';
import type { Path, Sound, YamlFile } from '../yaml/types.ts';
import type { Analysis, ClusteringOptions } from './types.ts';

/** An entry of analyses.yml as it is written: what `schemas/analyses.schema.json` accepts. */
interface AnalysisDocument {
  readonly name: string;
  readonly kind: 'clustering';
  readonly input: string;
  readonly columns: {
    readonly key: readonly string[];
    readonly features: readonly string[];
    readonly candidates?: readonly string[];
  };
  readonly options?: Partial<ClusteringOptions>;
  readonly outputs: Analysis['outputs'];
  readonly warehouse?: Analysis['warehouse'];
}

type AnalysesFile = YamlFile<readonly AnalysisDocument[]>;
type SoundAnalysis = Sound<AnalysisDocument>;

const DEFAULTS: ClusteringOptions = { k: null, min_k: 2, max_k: 10, seed: 42, starts: 50, max_correlation: 0.9 };

const analysesSchema = compileSchema<readonly AnalysisDocument[]>(schema);

/** Reads analyses.yml. Every mistake is reported, by line and column; there are no analyses where there is one. */
export function parseAnalyses(
  text: string,
  file: string,
  dataset: string,
): { analyses: Analysis[]; problems: Problem[] } {
  const yaml = parseYaml(text, file, analysesSchema);
  const entries = (yaml.sound ?? []).map((entry) => entry ?? {});
  const problems = sortProblems([
    ...yaml.problems,
    ...repeated(yaml, names(entries), 'the name'),
    ...repeated(yaml, outputs(entries), 'the output table'),
    ...entries.flatMap((entry, index) => [...checkColumns(yaml, entry, index), ...checkOptions(yaml, entry, index)]),
  ]);
  const documents = problems.length === 0 ? (yaml.value ?? []) : [];
  return { analyses: documents.map((document) => buildAnalysis(document, file, dataset)), problems };
}

interface Named {
  readonly name: string;
  readonly path: Path;
}

function names(entries: readonly SoundAnalysis[]): Named[] {
  return entries.flatMap(({ name }, index) => (name === undefined ? [] : [{ name, path: [index, 'name'] }]));
}

function outputs(entries: readonly SoundAnalysis[]): Named[] {
  return entries.flatMap((entry, index) =>
    Object.entries(entry.outputs ?? {}).flatMap(([role, name]) =>
      name === undefined ? [] : [{ name, path: [index, 'outputs', role] }],
    ),
  );
}

function repeated(yaml: AnalysesFile, named: readonly Named[], what: string): Problem[] {
  const seen = new Set<string>();
  return named.flatMap(({ name, path }) => {
    const isRepeated = seen.has(name);
    seen.add(name);
    return isRepeated ? [yaml.problem('duplicate-name', path, `${what} "${name}" is given twice`)] : [];
  });
}

function checkColumns(yaml: AnalysesFile, { columns }: SoundAnalysis, index: number): Problem[] {
  const { key = [], features = [], candidates } = columns ?? {};
  const problems: Problem[] = [];
  for (const [at, feature] of features.entries()) {
    if (feature === undefined) continue;
    const path = [index, 'columns', 'features', at];
    if (key.includes(feature)) {
      problems.push(yaml.problem('wrong-column', path, `"${feature}" is of the key: it can't be a feature`));
    } else if (candidates !== undefined && !candidates.includes(undefined) && !candidates.includes(feature)) {
      problems.push(yaml.problem('wrong-column', path, `the feature "${feature}" must be among the candidates too`));
    }
  }
  return problems;
}

function checkOptions(yaml: AnalysesFile, { options }: SoundAnalysis, index: number): Problem[] {
  const at = (name: string) => [index, 'options', name];
  if (options === undefined || ['k', 'min_k', 'max_k'].some((name) => yaml.isUnreadable(at(name)))) return [];
  const { k = null, min_k = DEFAULTS.min_k, max_k = DEFAULTS.max_k } = options;
  if (min_k > max_k) {
    const place = options.min_k === undefined ? at('max_k') : at('min_k');
    return [yaml.problem('wrong-value', place, `min_k ${min_k} is above max_k ${max_k}`)];
  }
  if (k === null || (k >= min_k && k <= max_k)) return [];
  return [yaml.problem('wrong-value', at('k'), `k ${k} is not between min_k ${min_k} and max_k ${max_k}`)];
}

function buildAnalysis(document: AnalysisDocument, file: string, dataset: string): Analysis {
  const { name, kind, input, columns } = document;
  return {
    dataset,
    schema: dataset.replaceAll('-', '_'),
    name,
    kind,
    file,
    input,
    columns: { key: columns.key, features: columns.features, candidates: columns.candidates ?? columns.features },
    options: { ...DEFAULTS, ...document.options },
    outputs: document.outputs,
    ...(document.warehouse === undefined ? {} : { warehouse: document.warehouse }),
  };
}
