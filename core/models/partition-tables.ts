import { type Context, type Ctes, quoted, report } from './partition-context.ts';
import { BROKEN, type Relation } from './partition-scope.ts';
import { qualifiedName, scanTables } from './references.ts';
import { type AstNode, descend, nameAt, nodeAt, statementsOf } from './sql-ast.ts';
import { volatileCall } from './volatile-functions.ts';

/** What a named table gives: an entry of WITH, a view looked through, or a table with or without B's columns. */
export function tableRelation(context: Context, node: AstNode, ctes: Ctes): Relation {
  if (nameAt(node, 'schema_name') === '') {
    const cte = ctes.get(nameAt(node, 'table_name'));
    if (cte !== undefined) return cte;
    report(context, node, `"${nameAt(node, 'table_name')}" is named without its schema`, 'always name the schema');
    return BROKEN;
  }
  const table = qualifiedName(node);
  const view = context.catalog.viewOf(table);
  return view === undefined ? storedRelation(context, table) : viewRelation(context, table, view);
}

function storedRelation(context: Context, table: string): Relation {
  const names = context.catalog.columnsOf(table).map((name) => name.toLowerCase());
  const carrying = context.by.every((name) => names.includes(name));
  (carrying ? context.carriers : context.dimensions).add(table);
  const columns = names.map((name) => ({ name, by: carrying && context.by.includes(name) ? name : undefined }));
  return { carrying, broken: false, columns: columns.length === 0 ? undefined : columns };
}

function viewRelation(context: Context, table: string, ast: unknown): Relation {
  const known = context.views.get(table);
  if (known !== undefined) return known;
  // A view that reads itself meets this entry instead of looking through itself for ever.
  context.views.set(table, BROKEN);
  const [query] = statementsOf(ast);
  const inside = { ...context, view: table };
  reportVolatile(inside, query);
  const relation = context.analyze(inside, query, new Map());
  context.views.set(table, relation);
  return relation;
}

/** Reports, anywhere in a query, what two refreshes of the same rows would answer differently. */
export function reportVolatile(context: Context, query: AstNode | undefined): void {
  descend(query, (node) => {
    const called = volatileCall(node);
    if (called !== undefined) report(context, node, `"${called}" gives another value at each refresh`, 'leave it out');
    if (nodeAt(node, 'sample') !== undefined) report(context, node, 'a sample is drawn anew at each refresh');
    if (nodeAt(node, 'at_clause') !== undefined) report(context, node, 'a past version has none of the changed rows');
    return true;
  });
}

/** Whether a query reads, at any depth, a table that has B's columns. Notes the others as dimensions. */
export function readsCarrier(context: Context, query: unknown, ctes: Ctes): boolean {
  let found = false;
  scanTables(query, new Set(ctes.keys()), (node, isCte) => {
    const relation = isCte ? ctes.get(nameAt(node, 'table_name')) : tableRelation(context, node, ctes);
    if (relation?.carrying || relation?.broken) found = true;
  });
  return found;
}

/** Reports an alias list (`AS e(a, b)`), through which B isn't followed; true where there is one. */
export function reportAliasList(context: Context, node: AstNode | undefined, names: readonly unknown[]): boolean {
  if (names.length === 0) return false;
  const what = `a list of column aliases hides which column is ${quoted(context.by)}`;
  report(context, node, what, 'name the columns in the SELECT list');
  return true;
}
