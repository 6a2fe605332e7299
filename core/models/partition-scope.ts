/** What names mean in a query that is checked for incremental refresh by the columns B. */

import { type AstNode, columnPath, nameAt, nodesAt, textAt } from './sql-ast.ts';

export interface Column {
  /** In lower case; empty where the engine makes up a name. */
  readonly name: string;
  /** The column of B whose value this is in every row, where it is traced to a table that carries B. */
  readonly by: string | undefined;
}

/** Rows that a table, a WITH entry, a view or a derived table gives. */
export interface Relation {
  /** Whether it reads a table that has all columns of B. */
  readonly carrying: boolean;
  /** Already reported as wrong: whatever uses it isn't checked further. */
  readonly broken: boolean;
  /** In order; undefined where they aren't known. */
  readonly columns: readonly Column[] | undefined;
}

export const BROKEN: Relation = { carrying: true, broken: true, columns: undefined };

/** One item of FROM under the name that columns are qualified with. */
export interface Source {
  readonly alias: string;
  /** Of a table without alias. */
  readonly schema: string | undefined;
  readonly columns: readonly Column[] | undefined;
}

/** What FROM makes visible. */
export interface Scope {
  readonly carrying: boolean;
  readonly broken: boolean;
  readonly sources: readonly Source[];
  /** Columns that USING merged: an unqualified name means these. */
  readonly merged: ReadonlyMap<string, string | undefined>;
}

export const EMPTY_SCOPE: Scope = { carrying: false, broken: false, sources: [], merged: new Map() };

export const BROKEN_SCOPE: Scope = { ...EMPTY_SCOPE, carrying: true, broken: true };

/** The column of B that an expression is, where it is a plain reference to one. */
export function resolve(scope: Scope, expression: AstNode | undefined): string | undefined {
  return resolvePath(scope, columnPath(expression));
}

/** As `resolve`, for the parts of a name; one that more than one column could mean has no meaning here. */
export function resolvePath(scope: Scope, path: readonly string[]): string | undefined {
  const [name, alias, schema] = [...path].reverse();
  if (name === undefined || path.length > 3) return undefined;
  if (alias === undefined && scope.merged.has(name)) return scope.merged.get(name);
  const sources = scope.sources.filter(
    (source) => (alias === undefined || source.alias === alias) && (schema === undefined || source.schema === schema),
  );
  if (alias !== undefined && sources.length !== 1) return undefined;
  const [column, ...others] = sources.flatMap((source) => source.columns ?? []).filter((c) => c.name === name);
  return others.length === 0 ? column?.by : undefined;
}

/** As `resolve`, and where no column of FROM has the name, by the output column that has it as alias. */
export function resolveWithAlias(
  scope: Scope,
  expression: AstNode | undefined,
  selectList: readonly AstNode[],
): string | undefined {
  const path = columnPath(expression);
  const [name] = path;
  if (path.length !== 1 || name === undefined || mayHaveColumn(scope, name)) return resolvePath(scope, path);
  const [item, ...others] = selectList.filter((candidate) => nameAt(candidate, 'alias') === name);
  return others.length === 0 ? resolve(scope, item) : undefined;
}

function mayHaveColumn(scope: Scope, name: string): boolean {
  return scope.sources.some(({ columns }) => columns === undefined || columns.some((column) => column.name === name));
}

/** The columns that a select list gives; undefined where a star's aren't known. */
export function outputColumns(scope: Scope, selectList: readonly AstNode[]): readonly Column[] | undefined {
  const columns: Column[] = [];
  for (const item of selectList) {
    const found = item['class'] === 'STAR' ? starColumns(scope, item) : [outputColumn(scope, item)];
    if (found === undefined) return undefined;
    columns.push(...found);
  }
  return columns;
}

function outputColumn(scope: Scope, item: AstNode): Column {
  const name = nameAt(item, 'alias') || (columnPath(item).at(-1) ?? '');
  return { name, by: resolve(scope, item) };
}

const STAR_MODIFIERS = ['exclude_list', 'replace_list', 'rename_list', 'qualified_exclude_list'];

function starColumns(scope: Scope, star: AstNode): readonly Column[] | undefined {
  const isModified = STAR_MODIFIERS.some((key) => nodesAt(star, key).length > 0 || hasItems(star[key]));
  if (isModified || star['columns'] === true) return undefined;
  const alias = textAt(star, 'relation_name').toLowerCase();
  if (alias !== '') return onlySource(scope, alias)?.columns;
  const columns: Column[] = [];
  for (const source of scope.sources) {
    if (source.columns === undefined) return undefined;
    for (const column of source.columns) {
      if (!scope.merged.has(column.name)) columns.push(column);
      else if (!columns.some(({ name }) => name === column.name)) {
        columns.push({ name: column.name, by: scope.merged.get(column.name) });
      }
    }
  }
  return columns;
}

function hasItems(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

function onlySource(scope: Scope, alias: string): Source | undefined {
  const [source, ...others] = scope.sources.filter((candidate) => candidate.alias === alias);
  return others.length === 0 ? source : undefined;
}

/** The same columns, none of which is known to be of B any more. */
export function untraced(scope: Scope): Scope {
  return {
    ...scope,
    sources: scope.sources.map((source) => ({
      ...source,
      columns: source.columns?.map(({ name }) => ({ name, by: undefined })),
    })),
    merged: new Map([...scope.merged.keys()].map((name) => [name, undefined])),
  };
}

/** The first name that more than one column has. */
export function duplicateName(columns: readonly Column[]): string | undefined {
  const seen = new Set<string>();
  for (const { name } of columns) {
    if (name !== '' && seen.has(name)) return name;
    seen.add(name);
  }
  return undefined;
}
