/** A statement as a lack looks at it. */

export interface Lack {
  readonly name: string;
  /** Below https://docs.aws.amazon.com/redshift/latest/dg/. */
  readonly page: string;
  readonly lacks: RegExp | ((statement: Statement) => boolean);
  /** Statements of PostgreSQL that each have this lack. */
  readonly caught: readonly string[];
}

export interface Statement {
  /** As it is sent. */
  readonly sql: string;
  /** Without comments; a literal is '', a quoted name "i". */
  readonly bare: string;
  /** What stands between quotes, undoubled. */
  readonly names: readonly string[];
  readonly literals: readonly string[];
}

const TOKEN = /'((?:[^']|'')*)'|"((?:[^"]|"")*)"|--[^\n]*|\/\*[\s\S]*?\*\//g;

export function statementOf(sql: string): Statement {
  const [names, literals]: string[][] = [[], []];
  const bare = sql.replace(TOKEN, (whole, literal: string | undefined, name: string | undefined) => {
    if (literal !== undefined) literals?.push(literal.replaceAll("''", "'"));
    else if (name !== undefined) names?.push(name.replaceAll('""', '"'));
    return whole.startsWith("'") ? "''" : whole.startsWith('"') ? '"i"' : ' ';
  });
  return { sql, bare: bare.replace(/\s+/g, ' ').trim(), names: names ?? [], literals: literals ?? [] };
}

export const UNSUPPORTED = 'c_unsupported-postgresql-features.html';
export const FUNCTIONS = 'c_unsupported-postgresql-functions.html';
export const TYPES = 'c_unsupported-postgresql-datatypes.html';

/** Those of PostgreSQL's types that Redshift has by the same name, as a column may be declared. */
export const COMMON_TYPE =
  /^(smallint|int[248]?|integer|bigint|bool(ean)?|date|real|float[48]|double precision|(var)?char\(\d+\)|character( varying)?\(\d+\)|(decimal|numeric)\(\d+, ?\d+\)|time(stamp)?(tz| with(out)? time zone)?)$/i;

/** The types of a new table's columns and of casts. */
export function typesIn({ bare }: Statement): readonly string[] {
  const type = String.raw`([a-z_]\w*(?: (?:precision|varying))?(?: ?\([^()]*\))?(?: with(?:out)? time zone)?(?:\[\])*)`;
  const casts = [...bare.matchAll(new RegExp(String.raw`(?:::|\bCAST ?\(.*? AS) *${type}`, 'gi'))];
  const list =
    /^CREATE (?:TEMP |TEMPORARY |UNLOGGED )?TABLE (?:IF NOT EXISTS )?[\w."]+ \((.*)\)/i.exec(bare)?.[1] ?? '';
  const columns = [...list.matchAll(new RegExp(String.raw`(?:^|, )(?:"i"|\w+) ${type}`, 'gi'))];
  return [...casts, ...columns]
    .map(([, found = '']) => found.replace(/ \(/, '('))
    .filter((found) => !/^(key|unique)\b/i.test(found));
}

export const isText = /^(text|bpchar|(var)?char|character( varying)?|n(var)?char)(\(|$)/i;
export const isDecimal = /^(decimal|numeric)\b/i;
export const numbersOf = (type: string) => (type.match(/\d+/g) ?? []).map(Number);
