/**
 * What a record of JSON lines is, and what its fields are.
 *
 * A record is a line that is one JSON object by RFC 8259, and nothing laxer, nested no deeper than DEEPEST. A field is
 * where its path leads to: of a string its text, of a number and of true and false what stands in the file, digit by digit;
 * null where it is missing or null. What is no such value is marked, for the column that reads it says what that means.
 * Spark has the same in Python (`glue-scripts/json_lines.py`): its own parser takes more, and keeps no number as it stood.
 */

import { pathOf } from '../contracts/format.ts';

/** By RFC 8259 each parser has a limit; theirs differ. */
const DEEPEST = 64;

const NO_OBJECT = 'not a JSON object';
/** Told apart by parentheses alone: to know more of a text that deep takes a parser without a limit. */
const TOO_DEEP = `not a JSON object, or one nested more than ${DEEPEST} levels deep`;

/** What begins with it is no value. No text has it: where JSON does, that is a mark, too. */
export const ZERO = 'chr(0)';

/** The sign behind ZERO. Behind that of a list stands how many elements it has. */
export const MARKS = { list: '[', object: '{', lost: '.', twice: '2', zero: '0', noList: '#' } as const;

const isMarked = (text: string, mark: string) => `substr(${text}, 1, 2) = ${ZERO} || '${mark}'`;

/** SQL: a text that is not null is no mark, and nothing that looks like one. */
export function isUnmarked(text: string): string {
  return `NOT contains(${text}, ${ZERO})`;
}

/** SQL of the number of a list's elements as text, given a field; what is no list is marked. */
export function countOf(field: string): string {
  return `CASE WHEN ${isMarked(field, MARKS.list)} THEN substr(${field}, 3)
    WHEN ${isMarked(field, MARKS.lost)} OR ${isMarked(field, MARKS.twice)} THEN ${field}
    WHEN ${field} IS NOT NULL THEN ${ZERO} || '${MARKS.noList}' END`;
}

/** Why a marked text is no value. */
export function markChecks(source: string, text: string): { readonly fails: string; readonly reason: string }[] {
  const names = pathOf(source);
  const above = names.slice(1).map((_, index) => names.slice(0, index + 1).join('.'));
  const check = (mark: string, reason: string) => ({ fails: isMarked(text, mark), reason });
  return [
    check(MARKS.list, 'a list, expected one value'),
    check(MARKS.object, 'an object, expected one value'),
    ...(above.length === 0 ? [] : [check(MARKS.lost, `${above.join(' or ')} is not an object`)]),
    check(MARKS.twice, 'given twice'),
    check(MARKS.noList, 'not a list'),
    { fails: `contains(${text}, ${ZERO})`, reason: 'has the character U+0000, which no table takes' },
  ];
}

/** SQL: whether a field is a list or an object. */
export function isNested(field: string): string {
  return `coalesce(${isMarked(field, MARKS.list)} OR ${isMarked(field, MARKS.object)}, false)`;
}

/** SQL of a field's text for a person to edit: of a list and an object their JSON, of what is no value null. */
export function editableField(source: string, record: string, field: string): string {
  return `CASE WHEN ${isNested(field)} THEN CAST(json_extract(${record}, ${pointer(pathOf(source))}) AS VARCHAR)
    WHEN ${isUnmarked(field)} THEN ${field} END`;
}

/** The lake has a macro of that name, which is Trino's. */
const REPLACE = 'system.main.regexp_replace';

const STRING = '"[^"\\\\]*(?:\\\\.[^"\\\\]*)*"';

/** SQL of the text outside of strings. */
const outside = (record: string) => `${REPLACE}(${record}, '(?s)${STRING}', '""', 'g')`;

/** What DuckDB's parser takes beyond the RFC: NaN and infinity in any spelling, and a comma behind the last element. */
const LAX = '(?i)nan|inf|,[ \\t\\r\\n]*[\\]}]';

/** More than DEEPEST brackets that open, within strings or not. */
const MANY = `(?:[\\[{][^\\[{]*){${DEEPEST + 1}}`;

/** SQL of why a text is no record; null where it is one. */
export function whyNoObject(record: string): string {
  const brackets = `translate(${REPLACE}(${outside(record)}, '[^\\[\\]{}]+', '', 'g'), '[]{}', '()()')`;
  // One level goes at a time, the innermost, whichever brackets it has.
  const peeled = `list_reduce(list_prepend(${brackets}, list_transform(range(${DEEPEST}), lambda i: '')),
        lambda text, level: replace(text, '()', ''))`;
  const other = `WHEN NOT json_valid(${record}) THEN '${NO_OBJECT}' WHEN json_type(${record}) <> 'OBJECT' THEN '${NO_OBJECT}'`;
  // Few lines have to be looked at again, without what stands in strings.
  return `CASE WHEN regexp_matches(${record}, '${LAX}|${MANY}') THEN CASE
      WHEN regexp_matches(${record}, '${MANY}') AND ${peeled} <> '' THEN '${TOO_DEEP}'
      WHEN regexp_matches(${outside(record)}, '${LAX}') THEN '${NO_OBJECT}' ${other} END
    ELSE CASE ${other} END END`;
}

/**
 * SQL of the list of fields that a record has by these sources. Each question parses the record anew, so one is asked for
 * all paths together, and the answers are a lambda's parameter, `own`.
 */
export function objectFields(sources: readonly string[], record: string): string {
  const paths = sources.map(pathOf);
  const steps = distinct(paths.flatMap((names) => names.map((_, index) => names.slice(0, index + 1))));
  const parents = distinct(paths.flatMap((names) => names.map((_, index) => names.slice(0, index))));
  const [all, ends] = [listOf(steps.map(pointer)), listOf(paths.map(pointer))];
  const answers = [
    `types: json_type(${record}, ${all})`,
    `texts: json_extract_string(${record}, ${ends})`,
    `lengths: json_array_length(${record}, ${ends})`,
    ...parents.map(
      (names, index) => `keys_${index}: json_keys(${record}${names.length === 0 ? '' : `, ${pointer(names)}`})`,
    ),
  ];
  const place = (list: readonly (readonly string[])[], names: readonly string[]) =>
    list.map(pointer).indexOf(pointer(names));
  const known: Known = {
    type: (names) => `own.types[${place(steps, names) + 1}]`,
    keys: (names) => `own.keys_${place(parents, names)}`,
  };
  const fields = paths.map((names, index) => objectField(names, index + 1, record, known));
  return `list_transform([{${answers.join(', ')}}], lambda own: [${fields.join(', ')}])[1]`;
}

/** SQL of what is known of a record by the names on the way to a place in it. */
interface Known {
  readonly type: (names: readonly string[]) => string;
  readonly keys: (names: readonly string[]) => string;
}

function distinct(paths: readonly (readonly string[])[]): (readonly string[])[] {
  return [...new Map(paths.map((names) => [pointer(names), names])).values()];
}

const listOf = (items: readonly string[]) => `[${items.join(', ')}]`;

/** A JSON Pointer. To an object a number is a name, and what is asked for a name is known to be an object. */
function pointer(names: readonly string[]): string {
  return literal(names.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''));
}

function objectField(names: readonly string[], place: number, record: string, known: Known): string {
  const steps = names.flatMap((name, index) => {
    const type = known.type(names.slice(0, index + 1));
    const keys = known.keys(names.slice(0, index));
    return [
      `WHEN len(list_filter(${keys}, lambda name: name = ${literal(name)})) > 1 THEN ${ZERO} || '${MARKS.twice}'`,
      `WHEN coalesce(${type}, 'NULL') = 'NULL' THEN NULL`,
      ...(index < names.length - 1 ? [`WHEN ${type} <> 'OBJECT' THEN ${ZERO} || '${MARKS.lost}'`] : []),
    ];
  });
  const text = `own.texts[${place}]`;
  return `CASE ${steps.join('\n      ')}
      ELSE CASE ${known.type(names)}
        WHEN 'OBJECT' THEN ${ZERO} || '${MARKS.object}'
        WHEN 'ARRAY' THEN ${ZERO} || '${MARKS.list}' || own.lengths[${place}]
        WHEN 'VARCHAR' THEN CASE WHEN contains(${text}, ${ZERO}) THEN ${ZERO} || '${MARKS.zero}' ELSE nullif(${text}, '') END
        WHEN 'BOOLEAN' THEN ${text}
        WHEN 'UBIGINT' THEN ${text}
        ELSE json_extract_string(${numbersAsText(record)}, ${pointer(names)}) END END`;
}

/** SQL of a record with its numbers in quotes: read as numbers they would lose what stood in the file, such as `1.10`. */
function numbersAsText(record: string): string {
  // Control characters stand in no JSON: around a number one is left, around a string two.
  const marked = `${REPLACE}(${record}, '(?s)(${STRING})|(-?[0-9][0-9.eE+-]*)', '\\1' || chr(1) || '\\2' || chr(1), 'g')`;
  return `replace(replace(${marked}, chr(1) || chr(1), ''), chr(1), '"')`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
