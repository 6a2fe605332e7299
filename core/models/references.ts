import type { Problem } from '../problems.ts';
import {
  type AstNode,
  asNode,
  ctesOf,
  descend,
  nameAt,
  nodeAt,
  type Place,
  placeOf,
  placeOfError,
  type SqlText,
  statementsOf,
  textAt,
} from './sql-ast.ts';

/** A table that a statement reads, and where it first stands. */
export interface TableReference extends Place {
  readonly schema: string;
  readonly table: string;
}

export interface TableReferences {
  /** Each table once, sorted by name. */
  readonly references: readonly TableReference[];
  readonly problems: readonly Problem[];
}

/** The one table function that Trino and DuckDB share; others read files or run SQL that can't be followed. */
const TABLE_FUNCTIONS: ReadonlySet<string> = new Set(['unnest']);

/**
 * What is wrong with the statement as such: that it doesn't parse, isn't a SELECT, or isn't the only one.
 * @param ast what `json_serialize_sql` gives, parsed
 */
export function checkSelect(ast: unknown, text: SqlText): readonly Problem[] {
  const document = asNode(ast);
  if (document === undefined || document['error'] === true) return [syntaxProblem(document, text)];
  const statements = statementsOf(ast);
  if (statements.length !== 1) {
    const message = `expected exactly one SELECT, found ${statements.length === 0 ? 'no statement' : `${statements.length} statements`}`;
    return [{ code: 'not-one-select', message, file: text.sqlFile }];
  }
  return nodeAt(statements[0], 'from_table')?.['type'] === 'SHOW_REF' ? [notASelect(text)] : [];
}

function syntaxProblem(document: AstNode | undefined, text: SqlText): Problem {
  if (document?.['error_type'] === 'not implemented') return notASelect(text);
  const position = Number.parseInt(textAt(document, 'position'), 10);
  return {
    code: 'sql-syntax',
    message: textAt(document, 'error_message') || 'the SQL could not be parsed',
    file: text.sqlFile,
    ...(Number.isNaN(position) ? {} : placeOfError(position, text.sql)),
  };
}

function notASelect(text: SqlText): Problem {
  return { code: 'not-a-select', message: 'expected exactly one SELECT, found another statement', file: text.sqlFile };
}

/**
 * Every table read anywhere in the statement: in FROM, joins, subqueries and WITH, whose own names are left out.
 * Names come in lower case. A name without a schema, or with a catalog, is a problem.
 * @param ast what `json_serialize_sql` gives, parsed
 */
export function tableReferences(ast: unknown, text: SqlText): TableReferences {
  const found = new Map<string, TableReference>();
  const problems: Problem[] = [];
  scanTables(statementsOf(ast), new Set(), (node, isCte) => {
    if (isCte) return;
    const problem = nameProblem(node, text);
    if (problem !== undefined) {
      problems.push(problem);
      return;
    }
    const name = qualifiedName(node);
    if (!found.has(name)) {
      found.set(name, {
        schema: nameAt(node, 'schema_name'),
        table: nameAt(node, 'table_name'),
        ...placeOf(node, text.sql),
      });
    }
  });
  problems.push(...tableFunctionProblems(ast, text));
  const references = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, reference]) => reference);
  return { references, problems };
}

/** `schema.table` of a BASE_TABLE node, in lower case. */
export function qualifiedName(node: AstNode): string {
  return `${nameAt(node, 'schema_name')}.${nameAt(node, 'table_name')}`;
}

/**
 * Visits every BASE_TABLE below a value and tells whether it names an entry of a WITH. An entry sees those before
 * it; a recursive one also itself.
 * @param ctes names of WITH that the value sees from outside
 */
export function scanTables(
  value: unknown,
  ctes: ReadonlySet<string>,
  visit: (node: AstNode, isCte: boolean) => void,
): void {
  if (Array.isArray(value)) {
    for (const item of value) scanTables(item, ctes, visit);
    return;
  }
  const node = asNode(value);
  if (node === undefined) return;
  if (node['type'] === 'BASE_TABLE') {
    visit(node, textAt(node, 'schema_name') === '' && ctes.has(nameAt(node, 'table_name')));
  }
  const seen = new Set(ctes);
  if (node['type'] === 'RECURSIVE_CTE_NODE') seen.add(nameAt(node, 'cte_name'));
  for (const { name, definition } of ctesOf(node)) {
    scanTables(definition, new Set(seen), visit);
    seen.add(name);
  }
  for (const [key, child] of Object.entries(node)) if (key !== 'cte_map') scanTables(child, seen, visit);
}

function nameProblem(node: AstNode, text: SqlText): Problem | undefined {
  const table = textAt(node, 'table_name');
  const where = { file: text.sqlFile, ...placeOf(node, text.sql) };
  if (textAt(node, 'schema_name') === '') {
    const message = `"${table}" is named without its schema`;
    return { code: 'unqualified-table', message, ...where, hint: 'always name the schema' };
  }
  const catalog = textAt(node, 'catalog_name');
  if (catalog === '') return undefined;
  const message = `"${catalog}.${qualifiedName(node)}" names a catalog, which differs between engines`;
  return { code: 'catalog-in-name', message, ...where, hint: `write ${qualifiedName(node)}` };
}

function tableFunctionProblems(ast: unknown, text: SqlText): readonly Problem[] {
  const problems: Problem[] = [];
  descend(statementsOf(ast), (node) => {
    const name = nameAt(nodeAt(node, 'function'), 'function_name');
    if (node['type'] === 'TABLE_FUNCTION' && !TABLE_FUNCTIONS.has(name)) {
      problems.push({
        code: 'table-function',
        message: `FROM calls "${name}", but a model reads tables of the lake and UNNEST only`,
        file: text.sqlFile,
        ...placeOf(node, text.sql),
      });
    }
    return true;
  });
  return problems;
}
