/** Functions whose result isn't decided by their arguments: of two refreshes of the same rows, each gives its own. */

import { type AstNode, columnPath, nameAt } from './sql-ast.ts';

/** Keywords that need no parentheses: the engine's tree has them as column references. */
const KEYWORDS: ReadonlySet<string> = new Set([
  'current_catalog',
  'current_date',
  'current_role',
  'current_schema',
  'current_time',
  'current_timestamp',
  'current_user',
  'localtime',
  'localtimestamp',
  'session_user',
  'user',
]);

/** Of DuckDB all whose `stability` in `duckdb_functions()` isn't CONSISTENT, and Trino's of the same kind. */
const FUNCTIONS: ReadonlySet<string> = new Set([
  ...KEYWORDS,
  'age',
  'ago',
  'current_connection_id',
  'current_database',
  'current_query',
  'current_query_id',
  'current_schemas',
  'current_timezone',
  'current_transaction_id',
  'currval',
  'error',
  'gen_random_uuid',
  'get_current_time',
  'get_current_timestamp',
  'in_search_path',
  'nextval',
  'now',
  'rand',
  'random',
  'setseed',
  'shuffle',
  'sleep_ms',
  'stats',
  'today',
  'transaction_timestamp',
  'txid_current',
  'uuid',
  'uuidv4',
  'uuidv7',
  'write_log',
]);

/** The name of the volatile function that an expression calls, if it calls one itself. */
export function volatileCall(expression: AstNode): string | undefined {
  const path = columnPath(expression);
  const [name] = path;
  if (path.length === 1 && name !== undefined && KEYWORDS.has(name)) return name;
  const called = expression['class'] === 'FUNCTION' ? nameAt(expression, 'function_name') : '';
  return FUNCTIONS.has(called) ? called : undefined;
}
