/** Values and types in the words of someone who writes YAML, not JSON Schema. */

const LONGEST_QUOTE = 60;

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  null: 'nothing',
};

/** `text`, `a number or nothing` … from the type names of JSON Schema. */
export function typeNames(types: readonly string[]): string {
  return types.map((type) => TYPE_NAMES[type] ?? type).join(' or ');
}

/** `"yes"`, `5`, `a list` …: the value as a person would point at it. */
export function quoted(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(shortened(value));
  return isScalar(value) ? String(value) : typeNames([typeOf(value)]);
}

/** `"yes" is text`, `a list is given` …: what the value is, to be followed by what was expected. */
export function described(value: unknown): string {
  if (typeof value === 'string') return `${quoted(value)} is text`;
  if (typeof value === 'number') return `${value} is a number`;
  return `${quoted(value)} is given`;
}

function isScalar(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean';
}

function typeOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function shortened(text: string): string {
  return text.length <= LONGEST_QUOTE ? text : `${text.slice(0, LONGEST_QUOTE)}…`;
}
