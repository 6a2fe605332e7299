/**
 * Elements of a list in JSON as they stand in its text: numbers keep every digit, which a parser of doubles would not.
 * The text has to be sound JSON; whoever calls has parsed it.
 */

const SPACE = /[ \t\n\r]/;

/** The text of the value at `path`; undefined where there is none. */
export function valueAt(text: string, path: readonly string[]): string | undefined {
  const start = startOf(text, path);
  return start === undefined ? undefined : text.slice(start, endOf(text, start));
}

/** The texts of the elements of the list at `path`, each on one line; undefined where there is no list. */
export function elementsAt(text: string, path: readonly string[]): string[] | undefined {
  let at = startOf(text, path);
  if (at === undefined || text[at] !== '[') return undefined;
  const elements: string[] = [];
  at = skipSpace(text, at + 1);
  while (text[at] !== ']') {
    const end = endOf(text, at);
    elements.push(onOneLine(text.slice(at, end)));
    at = skipSpace(text, end);
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  return elements;
}

/** Where the value at `path` begins. */
function startOf(text: string, path: readonly string[]): number | undefined {
  let at = skipSpace(text, 0);
  for (const name of path) {
    const found = memberOf(text, at, name);
    if (found === undefined) return undefined;
    at = found;
  }
  return at;
}

/** Where the value of an object's member begins; of several members of a name the last counts, as to JSON.parse. */
function memberOf(text: string, start: number, name: string): number | undefined {
  if (text[start] !== '{') return undefined;
  let found: number | undefined;
  let at = skipSpace(text, start + 1);
  while (text[at] !== '}') {
    const end = endOf(text, at);
    const key = JSON.parse(text.slice(at, end)) as string;
    at = skipSpace(text, skipSpace(text, end) + 1);
    if (key === name) found = at;
    at = skipSpace(text, endOf(text, at));
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  return found;
}

/** Where the value that begins at `start` ends. */
function endOf(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return endOfString(text, start);
  let at = start;
  if (first !== '{' && first !== '[') {
    while (at < text.length && !/[\s,\]}]/.test(text.charAt(at))) at++;
    return at;
  }
  let depth = 0;
  do {
    const mark = text[at];
    if (mark === '"') {
      at = endOfString(text, at);
      continue;
    }
    if (mark === '{' || mark === '[') depth++;
    else if (mark === '}' || mark === ']') depth--;
    at++;
  } while (depth > 0);
  return at;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (SPACE.test(text.charAt(at))) at++;
  return at;
}

/** Space between values goes; within texts no line can end. */
function onOneLine(text: string): string {
  if (!/[\n\r]/.test(text)) return text;
  const pieces: string[] = [];
  let at = 0;
  while (at < text.length) {
    const start = at;
    if (text[at] === '"') at = endOfString(text, at);
    else while (at < text.length && text[at] !== '"') at++;
    const piece = text.slice(start, at);
    pieces.push(piece.startsWith('"') ? piece : piece.replaceAll(/[ \t\n\r]+/g, ''));
  }
  return pieces.join('');
}
