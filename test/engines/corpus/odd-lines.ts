/** Lines that were JSON objects once: characters taken out, put in, doubled, by chance that is always the same. */

const PIECES = [
  ...[
    '"',
    "'",
    '\\',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    ' ',
    '\t',
    '\u0001',
    '\u0000',
    '/',
    '//',
    '/**/',
    '#',
    '\u00a0',
    '\ufeff',
  ],
  ...[
    '0',
    '1',
    '-',
    '+',
    '.',
    'e',
    'E',
    '00',
    '1e5',
    '-0',
    '1.50',
    'null',
    'true',
    'false',
    'NaN',
    'Infinity',
    'inf',
    'nan',
  ],
  ...[
    '\\u00e9',
    '\\u0000',
    '\\ud83d',
    '\\ude00',
    '\\\\',
    '\\"',
    '\\x',
    'é',
    '😀',
    '""',
    '[]',
    '{}',
    '"note":1,',
    '"in":{}',
  ],
];

const LINES = [
  '{"id":ID,"note":"a b","in":{"a":{"b":"c"}},"things":[1,"two",{"three":[]}]}',
  '{"note":12.50,"things":[],"id":ID,"in":{"a":{"b":true},"x":[1,2]},"more":{"deep":[[["x"]]]}}',
  '{"id":ID,"in":{"a":null},"note":"\\u00e9 \\"quoted\\" \\\\ \\ud83d\\ude00","things":null}',
  '{"id":ID,"note":-1e-7}',
];

/** @returns so many; some are as they were */
export function oddLines(count: number): readonly string[] {
  let state = 7;
  // Numerical Recipes' linear congruential generator: its upper bits are good enough for this.
  const below = (limit: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const pick = <One>(list: readonly One[]) => list[below(list.length)] as One;
  return Array.from({ length: count }, (_, id) => {
    let line = [...pick(LINES).replace('ID', String(id))];
    for (let edits = below(3); edits > 0; edits -= 1) {
      const [at, kind] = [below(line.length), below(3)];
      const piece = kind === 1 ? [] : kind === 2 ? [pick(PIECES)] : [pick(PIECES), line[at] ?? ''];
      line = [...line.slice(0, at), ...piece, ...line.slice(at + 1)];
    }
    return line.join('');
  });
}
