import type { ErrorObject } from 'ajv/dist/2020.js';
import { described, quoted, typeNames } from './describe.ts';
import { didYouMean, nearest } from './nearest.ts';
import { pathOf, pointerOf } from './pointers.ts';
import type { Path, PlaceKind } from './types.ts';

/** A mistake of the shape. */
export interface Finding {
  readonly code: string;
  readonly message: string;
  readonly path: Path;
  readonly kind: PlaceKind;
  /** What can't be read because of it. */
  readonly hides?: Path;
}

/** Keywords that only repeat what the errors inside of them say. */
const ECHOES: ReadonlySet<string> = new Set(['if', 'propertyNames']);

type Reader = (error: ErrorObject, path: Path) => Finding;

const READERS: Readonly<Record<string, Reader>> = {
  additionalProperties: unknownKey,
  required: missingKey,
  type: (error, path) => wrongValue('wrong-type', path, `${described(error.data)}, expected ${expectedTypes(error)}`),
  enum: (error, path) => unknownValue(error, path, error.params['allowedValues']),
  const: (error, path) => unknownValue(error, path, [error.params['allowedValue']]),
  pattern: unfitText,
  minLength: (_, path) => wrongValue('wrong-value', path, 'the text is empty'),
  minItems: (_, path) => wrongValue('wrong-value', path, 'the list is empty'),
  minProperties: (_, path) => wrongValue('wrong-value', path, 'the map is empty'),
  minimum: unfitNumber,
  maximum: unfitNumber,
  uniqueItems: repeatedItem,
};

/**
 * One finding a mistake, from all the errors that ajv reports with `verbose`. Schemas choose between forms by
 * type unions and `if`/`then`, whose errors tell which form is broken: anyOf and oneOf would report every form.
 */
export function findings(errors: readonly ErrorObject[], root: unknown): Finding[] {
  const all = errors.filter((error) => !ECHOES.has(error.keyword)).map((error) => read(error, root));
  const keys = all.filter((one) => one.code === 'unknown-key');
  const misspelt = new Set(keys.map((one) => one.hides && pointerOf(one.hides)));
  const missing = all.filter((one) => one.code === 'missing-key');
  const values = all.filter((one) => one.code !== 'unknown-key' && one.code !== 'missing-key');
  return [
    ...keys,
    ...missing.filter((one) => !misspelt.has(one.hides && pointerOf(one.hides))).map(withoutHides),
    ...onePerPlace(values),
  ];
}

function read(error: ErrorObject, root: unknown): Finding {
  const path = pathOf(error.instancePath, root);
  const reader = READERS[error.keyword] ?? unforeseen;
  if (error.propertyName === undefined) return reader(error, path);
  return { ...reader(error, [...path, error.propertyName]), kind: 'key' };
}

function unknownKey(error: ErrorObject, path: Path): Finding {
  const key = String(error.params['additionalProperty']);
  const known = Object.keys((error.parentSchema?.['properties'] as object | undefined) ?? {});
  const meant = nearest(key, known);
  const isGiven = meant !== undefined && Object.hasOwn(error.data as object, meant);
  return {
    code: 'unknown-key',
    message: `unknown key "${key}", expected one of ${known.join(', ')}${didYouMean(key, known)}`,
    path: [...path, key],
    kind: 'key',
    ...(meant === undefined || isGiven ? {} : { hides: [...path, meant] }),
  };
}

/** `hides` names the missing key, for as long as it takes to find its misspelling. */
function missingKey(error: ErrorObject, path: Path): Finding {
  const key = String(error.params['missingProperty']);
  return { code: 'missing-key', message: `missing key "${key}"`, path, kind: 'value', hides: [...path, key] };
}

function withoutHides({ code, message, path, kind }: Finding): Finding {
  return { code, message, path, kind };
}

function unknownValue(error: ErrorObject, path: Path, allowed: unknown): Finding {
  const expected = (allowed as readonly unknown[]).map(String);
  const list = expected.length === 1 ? expected.join() : `one of ${expected.join(', ')}`;
  const suggestion = typeof error.data === 'string' ? didYouMean(error.data, expected) : '';
  return wrongValue('unknown-value', path, `unknown value ${quoted(error.data)}, expected ${list}${suggestion}`);
}

function unfitText(error: ErrorObject, path: Path): Finding {
  const expected = error.parentSchema?.['description'] ?? `a match of ${error.params['pattern']}`;
  return wrongValue('wrong-value', path, `${quoted(error.data)} does not fit, expected ${expected}`);
}

function unfitNumber(error: ErrorObject, path: Path): Finding {
  const bound = error.keyword === 'minimum' ? 'at least' : 'at most';
  return wrongValue('wrong-value', path, `${error.data} does not fit, expected ${bound} ${error.params['limit']}`);
}

function repeatedItem(error: ErrorObject, path: Path): Finding {
  const later = Math.max(Number(error.params['i']), Number(error.params['j']));
  const item = (error.data as readonly unknown[])[later];
  return wrongValue('duplicate-value', [...path, later], `${quoted(item)} is given twice`);
}

function unforeseen(error: ErrorObject, path: Path): Finding {
  return wrongValue('wrong-value', path, `${quoted(error.data)} ${error.message ?? 'does not fit'}`);
}

function expectedTypes(error: ErrorObject): string {
  return typeNames([error.params['type']].flat().map(String));
}

function wrongValue(code: string, path: Path, message: string): Finding {
  return { code, message, path, kind: 'value', hides: path };
}

/** A value of the wrong type fails further keywords too. */
function onePerPlace(values: readonly Finding[]): Finding[] {
  const byPlace = new Map<string, Finding>();
  for (const one of values) {
    const place = pointerOf(one.path);
    if (!byPlace.has(place) || one.code === 'wrong-type') byPlace.set(place, one);
  }
  return [...byPlace.values()];
}
