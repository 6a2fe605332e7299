/** Reads the JSON that DuckDB's `json_serialize_sql` gives, of which nothing is taken on trust. */

export type AstNode = Readonly<Record<string, unknown>>;

/** A statement and the file it stands in, for messages; a `Model` is one. */
export interface SqlText {
  readonly sql: string;
  readonly sqlFile: string;
}

/** 1-based, in characters; absent where the engine gives no position. */
export interface Place {
  readonly line?: number;
  readonly column?: number;
}

export function asNode(value: unknown): AstNode | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as AstNode) : undefined;
}

export function nodeAt(node: AstNode | undefined, key: string): AstNode | undefined {
  return asNode(node?.[key]);
}

/** The list at a key; empty where there is none. */
export function listAt(node: AstNode | undefined, key: string): readonly unknown[] {
  const value = node?.[key];
  return Array.isArray(value) ? value : [];
}

export function nodesAt(node: AstNode | undefined, key: string): readonly AstNode[] {
  return listAt(node, key)
    .map(asNode)
    .filter((item) => item !== undefined);
}

/** The text at a key; empty where there is none. */
export function textAt(node: AstNode | undefined, key: string): string {
  const value = node?.[key];
  return typeof value === 'string' ? value : '';
}

/** An identifier as both engines compare it: without regard to case. */
export function nameAt(node: AstNode | undefined, key: string): string {
  return textAt(node, key).toLowerCase();
}

/** The query of each statement of the document. */
export function statementsOf(ast: unknown): readonly AstNode[] {
  return nodesAt(asNode(ast), 'statements')
    .map((statement) => nodeAt(statement, 'node'))
    .filter((node) => node !== undefined);
}

/** The entries of a query's WITH, in the order they are written. */
export function ctesOf(query: AstNode): readonly { readonly name: string; readonly definition: AstNode }[] {
  return nodesAt(nodeAt(query, 'cte_map'), 'map').map((entry) => ({
    name: nameAt(entry, 'key'),
    definition: nodeAt(entry, 'value') ?? {},
  }));
}

/** The parts of a column reference (`["e", "time"]`), or none where the node is another expression. */
export function columnPath(expression: AstNode | undefined): readonly string[] {
  if (expression?.['class'] !== 'COLUMN_REF') return [];
  return listAt(expression, 'column_names').map((part) => String(part).toLowerCase());
}

/** Visits every node below a value, parents first; `visit` says whether to go on below the node. */
export function descend(value: unknown, visit: (node: AstNode) => boolean): void {
  if (Array.isArray(value)) {
    for (const item of value) descend(item, visit);
    return;
  }
  const node = asNode(value);
  if (node === undefined || !visit(node)) return;
  for (const child of Object.values(node)) descend(child, visit);
}

/** Where a node stands in its statement. The engine counts a node's position in bytes of UTF-8. */
export function placeOf(node: AstNode | undefined, sql: string): Place {
  const location = node?.['query_location'];
  return typeof location === 'number' ? placeAt(location, sql, utf8Length) : {};
}

/** Where a syntax error stands. The engine counts its position in characters. */
export function placeOfError(position: number, sql: string): Place {
  return placeAt(position, sql, () => 1);
}

/** Nowhere where the offset lies outside the statement, as that of the engine's "unknown" does. */
function placeAt(offset: number, sql: string, sizeOf: (character: string) => number): Place {
  let passed = 0;
  let line = 1;
  let column = 1;
  for (const character of sql) {
    if (passed >= offset) return { line, column };
    passed += sizeOf(character);
    if (character === '\n') {
      line += 1;
      column = 1;
    } else {
      column += 1;
    }
  }
  return passed >= offset ? { line, column } : {};
}

function utf8Length(character: string): number {
  const codePoint = character.codePointAt(0) ?? 0;
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}
