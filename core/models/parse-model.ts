import schema from '../../schemas/model.schema.json' with { type: 'json' };
import type { WarehouseSettings } from '../contracts/types.ts';
import type { Problem } from '../problems.ts';
import { compileSchema, parseYaml } from '../yaml/parse-yaml.ts';
import { sortProblems } from '../yaml/sort-problems.ts';
import type { Path, YamlFile } from '../yaml/types.ts';
import type { Audit, Cell, Materialize, Model } from './types.ts';

/** A model's YAML as it is written: the values that `schemas/model.schema.json` accepts. */
interface ModelDocument {
  readonly description: string;
  readonly materialize: Materialize;
  readonly by?: readonly string[];
  readonly key?: readonly string[];
  readonly columns?: Readonly<Record<string, { readonly description: string; readonly unit?: string }>>;
  readonly audits?: readonly { readonly name: string; readonly sql: string; readonly severity?: Audit['severity'] }[];
  readonly tests?: readonly {
    readonly name: string;
    readonly given: Readonly<Record<string, readonly Readonly<Record<string, Cell>>[]>>;
    readonly expect: readonly Readonly<Record<string, Cell>>[];
  }[];
  readonly warehouse?: WarehouseSettings;
}

export interface ModelSource {
  /** Hyphenated. */
  readonly dataset: string;
  /** The base name of both files: the table's name. */
  readonly name: string;
  readonly sql: string;
  readonly sqlFile: string;
  /** The YAML beside the SQL, and the path that messages show for it. */
  readonly text: string;
  readonly file: string;
}

const modelSchema = compileSchema<ModelDocument>(schema);

const TABLE_NAME = /^[a-z][a-z0-9_]{0,62}$/;

/** Reads a model. Every mistake is reported, by line and column; the model is undefined where there is one. */
export function parseModel(source: ModelSource): { model: Model | undefined; problems: Problem[] } {
  const yaml = parseYaml(source.text, source.file, modelSchema);
  const problems = [
    ...checkSource(source),
    ...sortProblems([
      ...yaml.problems,
      ...checkRefresh(yaml),
      ...repeatedNames(yaml, 'audits'),
      ...repeatedNames(yaml, 'tests'),
    ]),
  ];
  const isGood = yaml.value !== undefined && problems.length === 0;
  return { model: isGood ? buildModel(source, yaml.value) : undefined, problems };
}

function checkSource({ name, sql, sqlFile }: ModelSource): Problem[] {
  const problems: Problem[] = [];
  if (!TABLE_NAME.test(name)) {
    const message = `"${name}" can't be a table's name, expected lower-case letters, digits and _, starting with a letter`;
    problems.push({ code: 'wrong-file-name', message, file: sqlFile });
  }
  if (sql.trim() === '') problems.push({ code: 'empty-file', message: 'the model has no SQL', file: sqlFile });
  return problems;
}

function checkRefresh(yaml: YamlFile<ModelDocument>): Problem[] {
  const { materialize, by } = yaml.sound ?? {};
  if (materialize === undefined || yaml.isUnreadable(['by'])) return [];
  if (materialize === 'incremental' && by === undefined) {
    const message = 'materialize incremental needs by: the columns that a refresh goes by';
    return [yaml.problem('missing-key', ['materialize'], message)];
  }
  if (materialize !== 'incremental' && by !== undefined) {
    const message = `by is for materialize incremental, not ${materialize}`;
    return [yaml.problem('stray-key', ['by'], message, 'key')];
  }
  return [];
}

function repeatedNames(yaml: YamlFile<ModelDocument>, list: 'audits' | 'tests'): Problem[] {
  const seen = new Set<string>();
  return (yaml.sound?.[list] ?? []).flatMap((item, index) => {
    if (item?.name === undefined) return [];
    const isRepeated = seen.has(item.name);
    seen.add(item.name);
    const path: Path = [list, index, 'name'];
    return isRepeated ? [yaml.problem('duplicate-name', path, `the name "${item.name}" is given twice`)] : [];
  });
}

function buildModel(source: ModelSource, document: ModelDocument): Model {
  const { dataset, name, sql, sqlFile, file } = source;
  const schemaName = dataset.replaceAll('-', '_');
  return {
    dataset,
    schema: schemaName,
    name,
    table: `${schemaName}.${name}`,
    sql,
    sqlFile,
    file,
    description: document.description,
    materialize: document.materialize,
    by: document.by ?? [],
    key: document.key ?? [],
    columns: document.columns ?? {},
    audits: (document.audits ?? []).map((audit) => ({ ...audit, severity: audit.severity ?? 'error' })),
    tests: document.tests ?? [],
    ...(document.warehouse === undefined ? {} : { warehouse: document.warehouse }),
  };
}
