/** What PostgreSQL takes and Redshift does not: a test that passed by it would prove nothing. */

import { type Token, tokenize } from '../sql/tokens.ts';
import { StatementFailure } from './failure.ts';

/** Words in a row, in lower case. */
const UNKNOWN: readonly (readonly string[])[] = [
  ['on', 'conflict'],
  ['filter', '('],
  ['array', '['],
  ['generate_series', '('],
  ['unnest', '('],
  ['distinct', 'on', '('],
  ['lateral'],
  ['returning'],
  ['tablesample'],
  ['jsonb'],
  ['serial'],
  ['bigserial'],
  ['uuid'],
  ['unlogged'],
  ['create', 'index'],
  ['create', 'unique', 'index'],
  ['create', 'sequence'],
  ['create', 'trigger'],
  ['create', 'type'],
  ['create', 'domain'],
  ['create', 'extension'],
  ['create', 'rule'],
  ['partition', 'of'],
  ['inherits'],
  ['do', 'nothing'],
  ['not', 'matched', 'by', 'source'],
  ['not', 'matched', 'by', 'target'],
  ['matched', 'and'],
  ['for', 'update'],
  ['reindex'],
  ['listen'],
  ['notify'],
];

/** One batch is one transaction already. */
const TRANSACTION = new Set(['begin', 'start', 'commit', 'end', 'rollback', 'abort', 'savepoint', 'release']);

/** @throws StatementFailure */
export function refuseUnknown(sql: string): void {
  const tokens = tokenize(sql);
  const [first] = tokens;
  if (first?.kind === 'word' && TRANSACTION.has(first.value)) {
    throw new StatementFailure(`${first.value.toUpperCase()} can't stand in what the Data API runs as one transaction`);
  }
  for (const [at, token] of tokens.entries()) {
    const found = UNKNOWN.find((words) => words.every((word, index) => isWord(tokens[at + index], word)));
    if (found !== undefined)
      throw new StatementFailure(`syntax error: Redshift has no ${found.join(' ').toUpperCase()}`);
    // To Redshift it begins an escape, to PostgreSQL it is a character like any other.
    if (token.kind === 'text' && token.value.includes('\\')) {
      throw new StatementFailure(`a literal with a backslash means another text on Redshift: '${token.value}'`);
    }
  }
  if (first?.value === 'merge') checkMerge(tokens);
}

/** The source is a table or a view of one, and both branches are there. */
function checkMerge(tokens: readonly Token[]): void {
  const using = tokens.findIndex((token) => isWord(token, 'using'));
  if (using === -1 || isWord(tokens[using + 1], '(')) {
    throw new StatementFailure('syntax error: MERGE wants a table after USING, not a query');
  }
  const whens = tokens.filter((token) => isWord(token, 'when')).length;
  if (whens !== 2) throw new StatementFailure('syntax error: MERGE wants WHEN MATCHED and WHEN NOT MATCHED, once each');
}

function isWord(token: Token | undefined, word: string): boolean {
  return (token?.kind === 'word' || token?.kind === 'sign') && token.value === word;
}
