import type { Problem } from '../problems.ts';
import type { Relation } from './partition-scope.ts';
import { type AstNode, placeOf, type SqlText } from './sql-ast.ts';

/** What the check must know of the tables that a model reads. Names are `schema.table` in lower case. */
export interface IncrementalCatalog {
  /** The columns of a clean table, a materialized model or an analysis' result; empty where it isn't known. */
  columnsOf(table: string): readonly string[];
  /** What `json_serialize_sql` gives for a model that is a view, parsed; undefined where the table is none. */
  viewOf(table: string): unknown;
}

/** Entries of WITH that a query sees, by name. */
export type Ctes = ReadonlyMap<string, Relation>;

/** What one check carries along and gathers. */
export interface Context {
  readonly by: readonly string[];
  readonly text: SqlText;
  readonly catalog: IncrementalCatalog;
  readonly problems: Problem[];
  readonly carriers: Set<string>;
  readonly dimensions: Set<string>;
  readonly views: Map<string, Relation>;
  /** The view that is looked through; its problems are the model's that reads it. */
  readonly view: string | undefined;
  /** Checks a query; here because FROM holds queries and queries hold a FROM. */
  readonly analyze: (context: Context, query: AstNode | undefined, ctes: Ctes) => Relation;
}

/** Adds a problem: `what` is said of the statement, `remedy` says what to do other than a full refresh. */
export function report(context: Context, node: AstNode | undefined, what: string, remedy = ''): void {
  const through = context.view === undefined ? '' : `view "${context.view}": `;
  const columns = context.by.join(', ');
  context.problems.push({
    code: 'not-incremental',
    message: `${through}${what}: an incremental refresh by ${columns} would differ from a full one`,
    file: context.text.sqlFile,
    ...(context.view === undefined ? placeOf(node, context.text.sql) : {}),
    hint: `${remedy === '' ? '' : `${remedy} or `}use materialize: full`,
  });
}

export function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ');
}
