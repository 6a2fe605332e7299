/** A model's audits name the model; while it is judged, a table or view of another name stands for it. */

interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** As it is compared; undefined where the token is no name. */
  readonly name: string | undefined;
}

/** Texts, quoted names, comments, numbers, names, and any other character by itself. */
const TOKENS = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|[0-9][\w.]*|[\p{L}_][\p{L}\p{N}_$]*|\S/gu;

/** What may follow a table in FROM and is no alias of it. */
const NO_ALIAS = new Set(
  `where group order having join left right inner full cross natural on using union except intersect limit offset fetch
  window tablesample for match_recognize`.split(/\s+/),
);

/**
 * The SQL with another table in a table's place; what names columns by the table goes on doing so.
 *
 * @param table `schema.name`
 * @param other SQL of the name that stands for it
 */
export function standIn(sql: string, table: string, other: string): string {
  const [schema, name] = table.split('.');
  const alias = `"${name}"`;
  const tokens = tokensOf(sql);
  let [done, written] = [0, ''];
  for (const [index, token] of tokens.entries()) {
    const [dot, last, next] = tokens.slice(index + 1, index + 4);
    if (token.name !== schema || dot?.text !== '.' || tokens[index - 1]?.text === '.') continue;
    if (last === undefined || last.name !== name) continue;
    const isColumns = next?.text === '.';
    const isNamed = next?.name !== undefined && (next.text.startsWith('"') || !NO_ALIAS.has(next.name));
    written += `${sql.slice(done, token.start)}${isColumns ? alias : isNamed ? other : `${other} AS ${alias}`}`;
    done = last.end;
  }
  return written + sql.slice(done);
}

function tokensOf(sql: string): Token[] {
  return [...sql.matchAll(TOKENS)]
    .filter(([text]) => !text.startsWith('--') && !text.startsWith('/*'))
    .map(({ 0: text, index }) => ({ text, start: index, end: index + text.length, name: nameOf(text) }));
}

/** Athena compares names without regard to case, quoted or not. */
function nameOf(text: string): string | undefined {
  if (text.startsWith('"')) return text.slice(1, -1).replaceAll('""', '"').toLowerCase();
  return /^[\p{L}_]/u.test(text) ? text.toLowerCase() : undefined;
}
