/**
 * A regular expression of a contract as Java reads it, so that it means on Spark what it means to RE2 on DuckDB. What
 * can't be said in both, contracts don't take (`core/contracts/regular-expression.ts`).
 */

/** RE2's white space; Java's has the vertical tab, too. */
const SPACE = '\\t\\n\\f\\r ';

// To Java a word has letters beyond ASCII.
const [BEHIND, AHEAD] = ['<=[0-9A-Za-z_]', '=[0-9A-Za-z_]'];
const not = (look: string) => look.replace('=', '!');
const BOUNDARY = `(?:(?${BEHIND})(?${not(AHEAD)})|(?${not(BEHIND)})(?${AHEAD}))`;

const OUTSIDE: Readonly<Record<string, string>> = {
  // In Java it stands before a last line feed, too.
  $: '\\z',
  '\\s': `[${SPACE}]`,
  '\\S': `[^${SPACE}]`,
  '\\v': '\\x0B',
  '\\b': BOUNDARY,
  '\\B': `(?!${BOUNDARY})`,
};

// Java nests and intersects classes.
const WITHIN: Readonly<Record<string, string>> = {
  '[': '\\[',
  '[^': '\\[\\^',
  '&': '\\&',
  '\\s': SPACE,
  '\\v': '\\x0B',
};

/** With a flag by which `.` is all but a line feed. */
export function javaPattern(pattern: string): string {
  let [result, inClass] = ['', false];
  for (const [token] of pattern.matchAll(/\\.|\[\^?|./gsu)) {
    result += (inClass ? WITHIN : OUTSIDE)[token] ?? token;
    if (token.startsWith('[')) inClass = true;
    else if (token === ']') inClass = false;
  }
  return `(?d)${result}`;
}
