import { type Context, type Ctes, quoted, report } from './partition-context.ts';
import { fromScope } from './partition-from.ts';
import { checkExpressions, checkGrouping, checkModifiers } from './partition-rules.ts';
import { BROKEN, type Column, duplicateName, EMPTY_SCOPE, outputColumns, type Relation } from './partition-scope.ts';
import { readsCarrier, reportAliasList } from './partition-tables.ts';
import { type AstNode, ctesOf, listAt, nodeAt, nodesAt } from './sql-ast.ts';

/**
 * Checks a query and tells what it gives. A query is partitioned by B where its rows with given values of B are what
 * the query gives over the input rows with those values. The rules are sufficient, not necessary: what isn't
 * understood is refused.
 */
export function analyzeQuery(context: Context, query: AstNode | undefined, outer: Ctes): Relation {
  const before = context.problems.length;
  const relation = relationOf(context, query, outer);
  return context.problems.length > before ? BROKEN : relation;
}

function relationOf(context: Context, query: AstNode | undefined, outer: Ctes): Relation {
  if (query === undefined) return refused(context, query, 'the statement could not be read');
  const ctes = withCtes(context, query, outer);
  switch (query['type']) {
    case 'SELECT_NODE':
      return selectRelation(context, query, ctes);
    case 'SET_OPERATION_NODE':
      return setOperationRelation(context, query, ctes);
    case 'RECURSIVE_CTE_NODE':
      return readsCarrier(context, query, ctes)
        ? refused(context, query, `WITH RECURSIVE reads a table that has ${quoted(context.by)}`)
        : { carrying: false, broken: false, columns: undefined };
    default:
      return refused(context, query, `a query of the kind ${String(query['type'])} is not followed`);
  }
}

function refused(context: Context, query: AstNode | undefined, what: string): Relation {
  report(context, query, what);
  return BROKEN;
}

/** The entries of the query's WITH besides those seen from outside; each sees the ones before it. */
function withCtes(context: Context, query: AstNode, outer: Ctes): Ctes {
  const ctes = new Map(outer);
  for (const { name, definition } of ctesOf(query)) {
    const inner = nodeAt(nodeAt(definition, 'query'), 'node');
    const relation = analyzeQuery(context, inner, ctes);
    const aliases = listAt(definition, 'aliases');
    if (relation.carrying && !relation.broken && reportAliasList(context, inner, aliases)) ctes.set(name, BROKEN);
    else ctes.set(name, aliases.length === 0 ? relation : { ...relation, columns: undefined });
  }
  return ctes;
}

const EXPRESSION_KEYS = ['select_list', 'where_clause', 'group_expressions', 'having', 'qualify', 'modifiers'];

function selectRelation(context: Context, select: AstNode, ctes: Ctes): Relation {
  const scope = fromScope(context, nodeAt(select, 'from_table'), ctes);
  if (scope.broken) return BROKEN;
  const expressions = EXPRESSION_KEYS.map((key) => select[key]);
  checkExpressions(context, scope, ctes, expressions);
  const selectList = nodesAt(select, 'select_list');
  const columns = outputColumns(scope, selectList);
  if (scope.carrying) {
    checkGrouping(context, scope, select);
    checkOutput(context, selectList, columns);
    checkModifiers(context, select, columns);
  }
  return { carrying: scope.carrying, broken: false, columns };
}

function checkOutput(context: Context, selectList: readonly AstNode[], columns: readonly Column[] | undefined): void {
  const [first] = selectList;
  if (columns === undefined) {
    report(context, first, `the columns of "*" are not known, so ${quoted(context.by)} can't be traced`, 'name them');
    return;
  }
  const name = duplicateName(columns);
  if (name !== undefined) report(context, first, `two output columns are named "${name}"`, 'rename one');
}

function setOperationRelation(context: Context, query: AstNode, ctes: Ctes): Relation {
  const left = analyzeQuery(context, nodeAt(query, 'left'), ctes);
  const right = analyzeQuery(context, nodeAt(query, 'right'), ctes);
  if (left.broken || right.broken) return BROKEN;
  checkExpressions(context, EMPTY_SCOPE, ctes, query['modifiers']);
  if (!left.carrying && !right.carrying) return left;
  const name = `${String(query['setop_type'])}${query['setop_all'] === true ? ' ALL' : ''}`;
  if (name !== 'UNION ALL') return refused(context, firstItem(query), `${name} is not followed; only UNION ALL is`);
  if (!left.carrying || !right.carrying) {
    return refused(context, firstItem(query), `a branch of UNION ALL reads nothing that has ${quoted(context.by)}`);
  }
  const columns = unitedColumns(left.columns, right.columns);
  checkModifiers(context, query, columns);
  return { carrying: true, broken: false, columns };
}

function firstItem(query: AstNode | undefined): AstNode | undefined {
  if (query === undefined) return undefined;
  return nodesAt(query, 'select_list')[0] ?? firstItem(nodeAt(query, 'left'));
}

/** The left branch's names; a column is of B where it is in both branches. */
function unitedColumns(
  left: readonly Column[] | undefined,
  right: readonly Column[] | undefined,
): readonly Column[] | undefined {
  if (left === undefined || right === undefined || left.length !== right.length) return undefined;
  return left.map(({ name, by }, i) => ({ name, by: right[i]?.by === by ? by : undefined }));
}
