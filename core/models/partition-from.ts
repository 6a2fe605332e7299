import { type Context, type Ctes, quoted, report } from './partition-context.ts';
import { checkExpressions, missing } from './partition-rules.ts';
import {
  BROKEN_SCOPE,
  EMPTY_SCOPE,
  type Relation,
  resolve,
  resolvePath,
  type Scope,
  untraced,
} from './partition-scope.ts';
import { reportAliasList, tableRelation } from './partition-tables.ts';
import { type AstNode, listAt, nameAt, nodeAt } from './sql-ast.ts';

/** What a FROM clause makes visible; reports what in it stands in the way of a refresh by B. */
export function fromScope(context: Context, from: AstNode | undefined, ctes: Ctes): Scope {
  if (from === undefined || from['type'] === 'EMPTY') return EMPTY_SCOPE;
  const before = context.problems.length;
  const scope = itemScope(context, from, ctes);
  return context.problems.length > before ? { ...scope, broken: true } : scope;
}

function itemScope(context: Context, from: AstNode, ctes: Ctes): Scope {
  switch (from['type']) {
    case 'BASE_TABLE': {
      const isNamed = nameAt(from, 'alias') !== '' || nameAt(from, 'schema_name') === '';
      return sourceScope(context, from, tableRelation(context, from, ctes), isNamed ? undefined : 'schema_name');
    }
    case 'SUBQUERY': {
      const query = nodeAt(nodeAt(from, 'subquery'), 'node');
      return sourceScope(context, from, context.analyze(context, query, ctes), undefined);
    }
    case 'JOIN':
      return joinScope(context, from, ctes);
    case 'EXPRESSION_LIST':
      checkExpressions(context, EMPTY_SCOPE, ctes, from['values']);
      return unknownColumns(from);
    case 'TABLE_FUNCTION':
      return functionScope(context, from, ctes);
    default:
      report(context, from, `FROM with ${String(from['type'])} is not followed`);
      return BROKEN_SCOPE;
  }
}

function sourceScope(context: Context, from: AstNode, relation: Relation, schemaKey: string | undefined): Scope {
  const isRenamed =
    relation.carrying && !relation.broken && reportAliasList(context, from, listAt(from, 'column_name_alias'));
  const source = {
    alias: nameAt(from, 'alias') || nameAt(from, 'table_name'),
    schema: schemaKey === undefined ? undefined : nameAt(from, schemaKey),
    columns: listAt(from, 'column_name_alias').length > 0 ? undefined : relation.columns,
  };
  return {
    carrying: relation.carrying,
    broken: relation.broken || isRenamed,
    sources: [source],
    merged: new Map(),
  };
}

function unknownColumns(from: AstNode): Scope {
  return { ...EMPTY_SCOPE, sources: [{ alias: nameAt(from, 'alias'), schema: undefined, columns: undefined }] };
}

function functionScope(context: Context, from: AstNode, ctes: Ctes): Scope {
  const call = nodeAt(from, 'function');
  const name = nameAt(call, 'function_name');
  if (name !== 'unnest') report(context, from, `FROM calls "${name}", which is not followed`);
  checkExpressions(context, EMPTY_SCOPE, ctes, listAt(call, 'children'));
  return unknownColumns(from);
}

function joinScope(context: Context, join: AstNode, ctes: Ctes): Scope {
  const left = fromScope(context, nodeAt(join, 'left'), ctes);
  const right = fromScope(context, nodeAt(join, 'right'), ctes);
  const scope = joined(join, left, right);
  if (scope.broken) return scope;
  checkExpressions(context, scope, ctes, join['condition']);
  if (scope.carrying) checkJoin(context, join, left, right);
  return scope;
}

/** Both sides' columns; those that an outer join fills with nulls are no origin of B any more. */
function joined(join: AstNode, left: Scope, right: Scope): Scope {
  const type = join['join_type'];
  const kept = type === 'RIGHT' ? right : left;
  const merged = usingColumns(join).map((name) => [name, resolvePath(kept, [name])] as const);
  const [l, r] = [type === 'RIGHT' ? untraced(left) : left, type === 'LEFT' ? untraced(right) : right];
  return {
    carrying: left.carrying || right.carrying,
    broken: left.broken || right.broken,
    sources: [...l.sources, ...r.sources],
    merged: new Map([...l.merged, ...r.merged, ...merged]),
  };
}

function usingColumns(join: AstNode): readonly string[] {
  return listAt(join, 'using_columns').map((name) => String(name).toLowerCase());
}

const JOIN_KINDS = new Set(['REGULAR', 'CROSS']);
const JOIN_TYPES = new Set(['INNER', 'LEFT', 'RIGHT']);

function checkJoin(context: Context, join: AstNode, left: Scope, right: Scope): void {
  const [type, kind] = [String(join['join_type']), String(join['ref_type'])];
  if (!JOIN_KINDS.has(kind) || !JOIN_TYPES.has(type)) {
    const what = `${JOIN_KINDS.has(kind) ? type : kind} JOIN is not allowed`;
    report(context, join, what, 'write it as an inner or one-sided outer join with ON or USING');
    return;
  }
  const kept = type === 'RIGHT' ? right : left;
  if (type !== 'INNER' && !kept.carrying) {
    const what = `the ${type} JOIN keeps rows of a side without ${quoted(context.by)}`;
    report(context, join, what, 'keep the side that has it');
    return;
  }
  if (!left.carrying || !right.carrying) return;
  const leftOut = missing(context, [...equatedByUsing(join, left, right), ...equatedByOn(join, left, right)]);
  if (leftOut.length === 0) return;
  const what = `a join of two tables that have ${quoted(context.by)} does not equate ${quoted(leftOut)}`;
  report(context, join, what, `add ${quoted(leftOut)} to its ON or USING`);
}

function equatedByUsing(join: AstNode, left: Scope, right: Scope): readonly (string | undefined)[] {
  return usingColumns(join).map((name) => {
    const origin = resolvePath(left, [name]);
    return origin === resolvePath(right, [name]) ? origin : undefined;
  });
}

function equatedByOn(join: AstNode, left: Scope, right: Scope): readonly (string | undefined)[] {
  return conjuncts(nodeAt(join, 'condition')).map((condition) => {
    if (condition['type'] !== 'COMPARE_EQUAL' && condition['type'] !== 'COMPARE_NOT_DISTINCT_FROM') return undefined;
    const [a, b] = [nodeAt(condition, 'left'), nodeAt(condition, 'right')];
    return equated(left, a, right, b) ?? equated(left, b, right, a);
  });
}

/** The column of B that `a` is on the left and `b` on the right. */
function equated(left: Scope, a: AstNode | undefined, right: Scope, b: AstNode | undefined): string | undefined {
  const origin = resolve(left, a);
  // The engine reads an unqualified name that both sides have as ambiguous, so each has one meaning here.
  return origin === resolve(right, b) ? origin : undefined;
}

function conjuncts(condition: AstNode | undefined): readonly AstNode[] {
  if (condition === undefined) return [];
  if (condition['type'] !== 'CONJUNCTION_AND') return [condition];
  return listAt(condition, 'children').flatMap((child) => conjuncts(child as AstNode));
}
