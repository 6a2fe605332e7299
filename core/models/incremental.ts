import type { Problem } from '../problems.ts';
import { type Context, type IncrementalCatalog, quoted, report } from './partition-context.ts';
import { analyzeQuery } from './partition-query.ts';
import type { Relation } from './partition-scope.ts';
import { reportVolatile } from './partition-tables.ts';
import { nodesAt, statementsOf } from './sql-ast.ts';
import type { Model } from './types.ts';

export type { IncrementalCatalog } from './partition-context.ts';

export interface IncrementalLegal {
  readonly legal: true;
  /** Tables that have all columns of B, views looked through: their changed values of B are what is refreshed. */
  readonly carriers: readonly string[];
  /** The other tables it reads, views looked through: a change in one forces a full refresh. */
  readonly fullOnChange: readonly string[];
}

export type IncrementalResult = IncrementalLegal | { readonly legal: false; readonly problems: readonly Problem[] };

/**
 * Whether a model may be refreshed by its columns B (`by`): whether, for any values D of B, its rows with B in D are
 * what its SELECT gives over inputs of which only the rows with B in D are left. Values compare as IS NOT DISTINCT
 * FROM does: null is a value too, so D must hold it where a row with a null changed.
 *
 * It is so where B goes unchanged from inputs to output and everything that brings rows together (GROUP BY, windows,
 * DISTINCT, joins) does so within one value of B. Tables without B are read whole on both sides. In doubt it refuses.
 * That ties in an ORDER BY are broken alike at each refresh is not checked: no engine promises it.
 *
 * @param ast what `json_serialize_sql` gives for the model's SQL, parsed; one that `checkSelect` accepts
 */
export function checkIncremental(
  model: Pick<Model, 'sql' | 'sqlFile' | 'by'>,
  ast: unknown,
  catalog: IncrementalCatalog,
): IncrementalResult {
  const context: Context = {
    by: model.by.map((name) => name.toLowerCase()),
    text: model,
    catalog,
    problems: [],
    carriers: new Set(),
    dimensions: new Set(),
    views: new Map(),
    view: undefined,
    analyze: analyzeQuery,
  };
  checkWhole(context, ast);
  if (context.problems.length > 0) return { legal: false, problems: context.problems };
  return { legal: true, carriers: [...context.carriers].sort(), fullOnChange: [...context.dimensions].sort() };
}

function checkWhole(context: Context, ast: unknown): void {
  const [query, ...others] = statementsOf(ast);
  if (context.by.length === 0 || others.length > 0) {
    report(context, undefined, 'an incremental model is one SELECT and names its columns in "by"', 'name them');
    return;
  }
  reportVolatile(context, query);
  const relation = analyzeQuery(context, query, new Map());
  if (context.problems.length > 0) return;
  const left = context.by.filter((name) => !hasOutput(relation, name));
  if (left.length === 0 && relation.carrying) return;
  const what = relation.carrying
    ? `the output has no ${quoted(left)} that is a plain column of an input that has it`
    : `no input has ${quoted(context.by)}`;
  report(context, nodesAt(query, 'select_list')[0], what, relation.carrying ? 'add it' : '');
}

function hasOutput(relation: Relation, name: string): boolean {
  return relation.columns?.some((column) => column.name === name && column.by === name) === true;
}
