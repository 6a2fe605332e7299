/** Constructs that JavaScript knows and RE2 (DuckDB) or Java (Spark) reads otherwise or not at all. */
const NOT_PORTABLE = [
  { construct: /\(\?<?[=!]/, name: 'look-around' },
  { construct: /\\(?:[1-9]|k<)/, name: 'a back-reference' },
  { construct: /\\[cu]/, name: 'a \\c or \\u escape' },
  { construct: /\[\^?\]/, name: 'an empty class' },
  { construct: /\[\[:/, name: 'a [[:…:]] class' },
  { construct: /\(\?</, name: 'a named group' },
  { construct: /\\[pP]/, name: 'a \\p{…} class' },
  { construct: /\[[^\]]*\\S/, name: '\\S within a class' },
];

/** Why a regular expression can't be used with every engine, or undefined. */
export function regexMistake(pattern: string): string | undefined {
  // An escaped backslash must not make what follows it look like an escape.
  const plain = pattern.replaceAll('\\\\', '');
  const unportable = NOT_PORTABLE.find(({ construct }) => construct.test(plain));
  if (unportable !== undefined) return `uses ${unportable.name}, which not every engine knows`;
  try {
    new RegExp(pattern, 'u');
    return undefined;
  } catch (error) {
    return `is no regular expression: ${error instanceof Error ? error.message.replace(/^.*: /, '') : error}`;
  }
}

/** How many capture groups a valid regular expression has. */
export function captureGroups(pattern: string): number {
  return (new RegExp(`${pattern}|`, 'u').exec('')?.length ?? 1) - 1;
}
