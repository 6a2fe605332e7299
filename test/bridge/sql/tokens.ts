/** SQL taken apart, as far as a few statements must be rewritten: words, names, texts, and all else sign by sign. */

export interface Token {
  readonly kind: 'word' | 'name' | 'text' | 'number' | 'sign';
  /** Of a name or a text without its quotes, of a word in lower case. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

const PATTERN =
  /(?<space>\s+|--[^\n]*|\/\*[\s\S]*?\*\/)|(?<text>'(?:[^']|'')*')|(?<name>"(?:[^"]|"")*"|`(?:[^`]|``)*`)|(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<word>[\p{L}_][\p{L}\p{N}_$]*)|(?<sign>[\s\S])/gu;

export function tokenize(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const { 0: whole, index, groups = {} } of sql.matchAll(PATTERN)) {
    const kind = (['text', 'name', 'number', 'word', 'sign'] as const).find((one) => groups[one] !== undefined);
    if (kind !== undefined)
      tokens.push({ kind, value: contentOf(kind, whole), start: index, end: index + whole.length });
  }
  return tokens;
}

function contentOf(kind: Token['kind'], whole: string): string {
  if (kind === 'word') return whole.toLowerCase();
  if (kind !== 'text' && kind !== 'name') return whole;
  const quote = whole[0] ?? '';
  return whole.slice(1, -1).replaceAll(`${quote}${quote}`, quote);
}

/** A statement that does not go on as it must; the message names the place as Athena's parser does. */
export class UnexpectedToken extends Error {
  constructor(sql: string, token: Token | undefined, expected: string) {
    const before = sql.slice(0, token?.start ?? sql.length).split('\n');
    const found = token === undefined ? '<EOF>' : sql.slice(token.start, token.end);
    super(
      `line ${before.length}:${(before.at(-1) ?? '').length + 1}: mismatched input '${found}'. Expecting: ${expected}`,
    );
    this.name = 'UnexpectedToken';
  }
}

/** Goes through a statement from its beginning, taking what it names. */
export class TokenReader {
  readonly sql: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(sql: string) {
    this.sql = sql;
    this.#tokens = tokenize(sql);
  }

  get next(): Token | undefined {
    return this.#tokens[this.#at];
  }

  get isAtEnd(): boolean {
    return this.next === undefined;
  }

  /** Takes these words where they are next, all of them or none. */
  accept(...words: readonly string[]): boolean {
    const found = words.every((word, index) => {
      const token = this.#tokens[this.#at + index];
      return (token?.kind === 'word' || token?.kind === 'sign') && token.value === word;
    });
    if (found) this.#at += words.length;
    return found;
  }

  expect(...words: readonly string[]): void {
    for (const word of words) if (!this.accept(word)) this.fail(`'${word.toUpperCase()}'`);
  }

  take(...kinds: readonly Token['kind'][]): Token {
    const token = this.next;
    if (token === undefined || !kinds.includes(token.kind)) this.fail(kinds.map((kind) => `<${kind}>`).join(', '));
    this.#at += 1;
    return token;
  }

  end(): void {
    if (!this.isAtEnd) this.fail('<EOF>');
  }

  /** `a.b.c`, quoted or not. */
  path(): string[] {
    const parts = [this.take('word', 'name').value];
    while (this.accept('.')) parts.push(this.take('word', 'name').value);
    return parts;
  }

  /** A text in either kind of quotes, with a backslash's escapes, as Hive's DDL has it. */
  hiveText(): string {
    const { value } = this.take('text', 'name');
    return value.replace(/\\(u[0-9a-fA-F]{4}|[0-7]{3}|.)/g, (_, code: string) => {
      if (/^u/.test(code)) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
      if (/^[0-7]{3}$/.test(code)) return String.fromCharCode(Number.parseInt(code, 8));
      return { t: '\t', n: '\n', r: '\r' }[code] ?? code;
    });
  }

  /** What `( … )` has in it, as it stands there, each part between commas of its own. */
  parts(): string[] {
    this.expect('(');
    if (this.accept(')')) return [];
    const parts: string[] = [];
    for (let depth = 1, from = this.next?.start ?? 0; ; ) {
      const token = this.take('word', 'name', 'text', 'number', 'sign');
      const opens = ['(', '[', '<'].includes(token.value) && token.kind === 'sign';
      const closes = [')', ']', '>'].includes(token.value) && token.kind === 'sign';
      depth += opens ? 1 : closes ? -1 : 0;
      if (depth > 0 && !(depth === 1 && token.value === ',' && token.kind === 'sign')) continue;
      parts.push(this.sql.slice(from, token.start).trim());
      if (depth === 0) return parts;
      from = token.end;
    }
  }

  /** `( key = value, … )` with keys and values in Hive's quotes. */
  hiveProperties(): Map<string, string> {
    const properties = new Map<string, string>();
    for (const part of this.parts()) {
      const own = new TokenReader(part);
      const key = own.hiveText();
      own.expect('=');
      properties.set(key, own.hiveText());
    }
    return properties;
  }

  /** All that is left, as it stands there. */
  rest(): string {
    const from = this.next?.start ?? this.sql.length;
    this.#at = this.#tokens.length;
    return this.sql.slice(from).trim();
  }

  fail(expected: string): never {
    throw new UnexpectedToken(this.sql, this.next, expected);
  }
}
