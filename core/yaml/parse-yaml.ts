import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Problem } from '../problems.ts';
import { type Finding, findings } from './findings.ts';
import { offsetOf } from './nodes.ts';
import { type Flaw, plainValue } from './plain-value.ts';
import { isWithin, pointerOf } from './pointers.ts';
import { sortProblems } from './sort-problems.ts';
import { readSyntax, type Syntax } from './syntax.ts';
import type { Path, PlaceKind, Position, Sound, YamlFile } from './types.ts';

/** A compiled JSON Schema whose valid values are `T`. */
export interface YamlSchema<T> {
  readonly validate: ValidateFunction<T>;
}

/**
 * Compiles a JSON Schema 2020-12. `T` is the caller's word for its valid values. The schemas are Landfall's own, and a test
 * holds them against the meta-schema: doing so here would take most of a command's start.
 */
export function compileSchema<T>(schema: object): YamlSchema<T> {
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    strict: true,
    allowUnionTypes: true,
    meta: false,
    validateSchema: false,
  });
  return { validate: ajv.compile<T>(schema) };
}

/**
 * Reads a YAML text and checks it, reporting every mistake at once; never throws.
 * Mistakes of the YAML itself (other than duplicate keys and aliases) stand alone: until they are mended the rest can't be told.
 */
export function parseYaml<T>(text: string, file: string, schema: YamlSchema<T>): YamlFile<T> {
  const syntax = readSyntax(text);
  if (syntax.flaws.length > 0) return yamlFile(file, syntax, { flaws: syntax.flaws, found: [], value: undefined });
  if (isEmpty(syntax)) {
    const flaws = [{ code: 'empty-file', message: 'the file is empty', offset: 0 }];
    return yamlFile(file, syntax, { flaws, found: [], value: undefined });
  }
  const { value, flaws, opaque } = plainValue(syntax.root);
  const errors = schema.validate(value) ? [] : (schema.validate.errors ?? []);
  const found = findings(errors, value).filter((one) => !opaque.some((path) => isWithin(one.path, path)));
  const hidden = [...opaque, ...found.flatMap((one) => (one.hides === undefined ? [] : [one.hides]))];
  return yamlFile<T>(file, syntax, { flaws, found, value, hidden });
}

interface Checked {
  readonly flaws: readonly Flaw[];
  readonly found: readonly Finding[];
  readonly value: unknown;
  readonly hidden?: readonly Path[];
}

function yamlFile<T>(file: string, syntax: Syntax, checked: Checked): YamlFile<T> {
  const { flaws, found, value, hidden = [] } = checked;
  const at = (offset: number): Position => {
    const { line, col } = syntax.lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const position = (path: Path, kind: PlaceKind = 'value') => at(offsetOf(syntax.root, path, kind));
  const problem = (code: string, path: Path, message: string, kind: PlaceKind = 'value'): Problem => ({
    code,
    message: path.length === 0 ? message.replace(/^a (list|map) is given/, 'the file is a $1') : message,
    file,
    ...position(path, kind),
  });
  const problems = sortProblems([
    ...flaws.map(({ code, message, offset }) => ({ code, message, file, ...at(offset) })),
    ...found.map((one) => problem(one.code, one.path, one.message, one.kind)),
  ]);
  const isUnreadable = (path: Path) => hidden.some((other) => isWithin(path, other));
  const pointers = new Set(hidden.map(pointerOf));
  return {
    value: problems.length === 0 ? (value as T) : undefined,
    sound: soundPart(value, pointers, '') as Sound<T> | undefined,
    problems,
    position,
    isUnreadable,
    problem,
  };
}

function isEmpty({ root }: Syntax): boolean {
  return root === null || ('value' in root && root.value === null && root.range[0] === root.range[1]);
}

function soundPart(value: unknown, hidden: ReadonlySet<string>, pointer: string): unknown {
  if (hidden.has(pointer) || value === null || typeof value !== 'object') {
    return hidden.has(pointer) ? undefined : value;
  }
  const part = (step: string | number, child: unknown) => soundPart(child, hidden, `${pointer}${pointerOf([step])}`);
  if (Array.isArray(value)) return value.map((child, index) => part(index, child));
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, part(key, child)]));
}
