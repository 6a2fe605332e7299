import schema from '../../schemas/analyses.schema.json' with { type: 'json' };
import { columnsTwice } from '../analyses/descriptions.ts';
import type { Analysis } from '../analyses/types.ts';
import type { Problem } from '../problems.ts';
import { compileSchema, parseYaml } from '../yaml/parse-yaml.ts';
import { sortProblems } from '../yaml/sort-problems.ts';
import type { Path, Sound, YamlFile } from '../yaml/types.ts';
import { type AnalysisDocument, checkAnalysis, DEFAULT_OPTIONS, withDefaultColumns } from './analysis-kinds.ts';

type SoundAnalysis = Sound<AnalysisDocument>;

const analysesSchema = compileSchema<readonly AnalysisDocument[]>(schema);

/** Reads analyses.yml. Every mistake is reported, by line and column; there are no analyses where there is one. */
export function parseAnalyses(
  text: string,
  file: string,
  dataset: string,
): { analyses: Analysis[]; problems: Problem[] } {
  const yaml = parseYaml(text, file, analysesSchema);
  const entries = (yaml.sound ?? []).map((entry): SoundAnalysis => entry ?? {});
  const problems = sortProblems([
    ...yaml.problems,
    ...repeated(yaml, names(entries), 'the name'),
    ...repeated(yaml, outputs(entries), 'the output table'),
    ...entries.flatMap((entry, index) => checkAnalysis(yaml, entry, index)),
  ]);
  const documents = problems.length === 0 ? (yaml.value ?? []) : [];
  const analyses = documents.map((document) => buildAnalysis(document, file, dataset));
  const twice = analyses.flatMap((analysis, index) => namedTwice(yaml, analysis, index));
  return twice.length > 0 ? { analyses: [], problems: sortProblems(twice) } : { analyses, problems };
}

/** What a result takes over from its input can't be named as what it has of its own. */
function namedTwice(yaml: YamlFile<readonly AnalysisDocument[]>, analysis: Analysis, index: number): Problem[] {
  return columnsTwice(analysis).map(({ table, column }) => {
    const message = `${table} has a column "${column}" of its own: name that of ${analysis.input} otherwise, in a model`;
    return yaml.problem('wrong-column', placeOf(analysis, column, index), message);
  });
}

function placeOf({ columns }: Analysis, column: string, index: number): Path {
  const found = Object.entries(columns).find(([, names]) => [names].flat().includes(column));
  if (found === undefined) return [index, 'columns'];
  const [role, names] = found;
  return [index, 'columns', role, ...(Array.isArray(names) ? [names.indexOf(column)] : [])];
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

function repeated(yaml: YamlFile<readonly AnalysisDocument[]>, named: readonly Named[], what: string): Problem[] {
  const seen = new Set<string>();
  return named.flatMap(({ name, path }) => {
    const isRepeated = seen.has(name);
    seen.add(name);
    return isRepeated ? [yaml.problem('duplicate-name', path, `${what} "${name}" is given twice`)] : [];
  });
}

/** The schema has said that columns, options and outputs are those of the kind. */
function buildAnalysis(document: AnalysisDocument, file: string, dataset: string): Analysis {
  const { name, kind, input, options, outputs, warehouse } = document;
  return {
    dataset,
    schema: dataset.replaceAll('-', '_'),
    name,
    kind,
    file,
    input,
    columns: withDefaultColumns(document),
    options: { ...DEFAULT_OPTIONS[kind], ...options },
    outputs,
    ...(warehouse === undefined ? {} : { warehouse }),
  } as unknown as Analysis;
}
