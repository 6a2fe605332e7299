/** What a SELECT over a table that carries B may hold: each rule reports what breaks it. */

import { type Context, type Ctes, quoted, report } from './partition-context.ts';
import { type Column, resolve, resolveWithAlias, type Scope } from './partition-scope.ts';
import { readsCarrier } from './partition-tables.ts';
import { type AstNode, asNode, descend, listAt, nameAt, nodeAt, nodesAt } from './sql-ast.ts';

/** Aggregates of Trino and DuckDB that models use; others fail in the engine, which wants B in GROUP BY then. */
const AGGREGATES: ReadonlySet<string> = new Set(
  (
    'any_value arbitrary array_agg avg bool_and bool_or corr count count_if count_star covar_pop covar_samp every ' +
    'first last list listagg max max_by mean median min min_by mode quantile_cont quantile_disc regr_intercept ' +
    'regr_slope stddev stddev_pop stddev_samp string_agg sum var_pop var_samp variance'
  ).split(' '),
);

/** Subqueries must read dimensions only; windows must be by B where the scope carries it. */
export function checkExpressions(context: Context, scope: Scope, ctes: Ctes, expressions: unknown): void {
  descend(expressions, (node) => {
    if (node['class'] === 'SUBQUERY') {
      if (readsCarrier(context, node['subquery'], ctes)) {
        const what = `a subquery in an expression reads a table that has ${quoted(context.by)}`;
        report(context, node, what, `join it on ${quoted(context.by)}`);
      }
      checkExpressions(context, scope, ctes, node['child']);
      return false;
    }
    if (node['class'] === 'WINDOW' && scope.carrying) checkWindow(context, scope, node);
    return true;
  });
}

function checkWindow(context: Context, scope: Scope, node: AstNode): void {
  const left = missing(
    context,
    nodesAt(node, 'partitions').map((expression) => resolve(scope, expression)),
  );
  if (left.length === 0) return;
  report(context, node, `the window of ${nameAt(node, 'function_name')} leaves out ${quoted(left)}`, partitionBy(left));
}

function partitionBy(names: readonly string[]): string {
  return `add ${quoted(names)} to its PARTITION BY`;
}

/** GROUP BY, every grouping set of it, must include B; without one there must be no aggregate. */
export function checkGrouping(context: Context, scope: Scope, select: AstNode): void {
  if (select['aggregate_handling'] === 'FORCE_AGGREGATES') {
    report(context, select, 'GROUP BY ALL does not name its columns', 'name them');
    return;
  }
  const groups = nodesAt(select, 'group_expressions');
  const traced = groups.map((group) => groupOrigin(scope, group, nodesAt(select, 'select_list')));
  const sets = listAt(select, 'group_sets');
  if (sets.length === 0) checkUngrouped(context, select);
  for (const set of sets) {
    const left = missing(
      context,
      (Array.isArray(set) ? set : []).map((index) => traced[Number(index)]),
    );
    if (left.length > 0) report(context, groups[0], `GROUP BY leaves out ${quoted(left)}`, 'add it');
  }
}

/** The column of B that a GROUP BY expression stands for: a column, an ordinal or an alias of one. */
function groupOrigin(scope: Scope, group: AstNode, selectList: readonly AstNode[]): string | undefined {
  if (group['class'] !== 'CONSTANT') return resolveWithAlias(scope, group, selectList);
  const ordinal = Number(nodeAt(group, 'value')?.['value']);
  const upTo = selectList.slice(0, ordinal);
  // A star before it shifts what the ordinal counts.
  return upTo.some((item) => item['class'] === 'STAR') ? undefined : resolve(scope, upTo[ordinal - 1]);
}

function checkUngrouped(context: Context, select: AstNode): void {
  let aggregate: AstNode | undefined;
  descend([select['select_list'], select['having']], (node) => {
    if (node['class'] === 'SUBQUERY') return false;
    if (node['class'] === 'FUNCTION' && AGGREGATES.has(nameAt(node, 'function_name'))) aggregate ??= node;
    return true;
  });
  if (aggregate === undefined && asNode(select['having']) === undefined) return;
  report(context, aggregate, 'an aggregate without GROUP BY spans all rows', `group by ${quoted(context.by)}`);
}

/** DISTINCT must include B among its output; LIMIT and OFFSET count rows of all of B's values. */
export function checkModifiers(context: Context, query: AstNode, output: readonly Column[] | undefined): void {
  for (const modifier of nodesAt(query, 'modifiers')) {
    if (modifier['type'] === 'DISTINCT_MODIFIER') checkDistinct(context, query, modifier, output);
    else if (modifier['type'] !== 'ORDER_MODIFIER') {
      const count = nodeAt(modifier, 'limit') ?? nodeAt(modifier, 'offset');
      report(context, count, `LIMIT and OFFSET count rows of all values of ${quoted(context.by)}`);
    }
  }
}

function checkDistinct(
  context: Context,
  query: AstNode,
  modifier: AstNode,
  output: readonly Column[] | undefined,
): void {
  const [first] = nodesAt(query, 'select_list');
  if (listAt(modifier, 'distinct_on_targets').length > 0) {
    report(context, first, 'DISTINCT ON is not followed', 'use row_number()');
    return;
  }
  const left = missing(
    context,
    (output ?? []).map((column) => column.by),
  );
  if (left.length > 0) report(context, first, `SELECT DISTINCT leaves out ${quoted(left)}`, 'add it');
}

/** The columns of B that are not among what was traced. */
export function missing(context: Context, traced: readonly (string | undefined)[]): readonly string[] {
  return context.by.filter((name) => !traced.includes(name));
}
