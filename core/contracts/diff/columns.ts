/** What a change of one setting of a column means, setting by setting. */

import type { ColumnContract, ColumnParse, ColumnSource, ColumnType, Protect, TableContract } from '../types.ts';
import { differ, type Judged, quotes } from './judged.ts';

/** Undefined where it means nothing by itself. */
type Rule = (was: ColumnContract, now: ColumnContract, table: TableContract) => Judged | undefined;

/** A setting that is added to contracts is missing here until its rule is written. */
const RULES = {
  name: () => undefined,
  type: retyped,
  description: () => ({ code: 'column-described', says: 'another description' }),
  unit: ({ unit: was }, { unit: now }) => ({
    code: 'unit-changed',
    says: changed('unit', was, now),
    readers: was === undefined || now === undefined ? undefined : `the figures are read as ${was}`,
    loaded: 'figures stay as they are',
  }),
  required: (_was, { required }) =>
    required
      ? { code: 'column-required', says: 'required now', senders: 'rows without a value go to quarantine' }
      : { code: 'column-optional', says: 'no longer required', readers: 'it may be null now' },
  source: ({ source: was }, { source: now, required }, { format }) => ({
    code: 'source-changed',
    says: `read from ${place(now)}, no longer from ${place(was)}`,
    senders: lacking(now, required, format),
  }),
  parse: ({ parse: was }, { parse: now, type }) => ({
    code: 'parse-changed',
    says: changed('parse', parseWords(was), parseWords(now)),
    readers: 'of the same text comes another value',
    senders:
      sameTexts(was, now) || (now === undefined && type === 'string')
        ? undefined
        : 'rows whose text has the old form may go to quarantine',
  }),
  nulls,
  minimum: ({ minimum: was }, { minimum: now }) => limit('minimum', 'below', was, now),
  maximum: ({ maximum: was }, { maximum: now }) => limit('maximum', 'above', was, now),
  pattern: ({ pattern: was }, { pattern: now }) => ({
    code: 'pattern-changed',
    says: changed('pattern', was, now),
    readers: was === undefined ? undefined : `texts that do not match ${was} may come now`,
    senders: now === undefined ? undefined : `rows whose text does not match ${now} go to quarantine`,
  }),
  classification: ({ classification: was }, { classification: now }) => ({
    code: 'classification-changed',
    says: changed('classification', was, now),
    sameRows: true,
    loaded: 'the rows stay the same',
  }),
  protect: ({ protect: was }, { protect: now }) => protection(was, now),
  // No contract says it.
  evolved: () => undefined,
} satisfies Record<keyof ColumnContract, Rule>;

const SETTINGS = Object.keys(RULES) as (keyof ColumnContract)[];

/** The settings in which two versions of a column differ, its name aside, each with what that means. */
export function columnChanges(
  was: ColumnContract,
  now: ColumnContract,
  table: TableContract,
): { readonly setting: keyof ColumnContract; readonly judged: Judged }[] {
  return SETTINGS.filter((setting) => differ(was[setting], now[setting])).flatMap((setting) => {
    const judged = (RULES[setting] as Rule)(was, now, table);
    return judged === undefined ? [] : [{ setting, judged }];
  });
}

/** `unit hours, was minutes`, `unit hours, was none`, `no unit, was minutes`. */
export function changed(what: string, was: unknown, now: unknown): string {
  return now === undefined ? `no ${what}, was ${was}` : `${what} ${now}, was ${was ?? 'none'}`;
}

/** By type: the types whose every text it takes as well. */
const WIDER: Readonly<Partial<Record<ColumnType, readonly ColumnType[]>>> = {
  bigint: ['integer'],
  double: ['integer', 'bigint'],
};

function retyped({ type: was }: ColumnContract, { type: now, parse }: ColumnContract): Judged {
  const takesAll = (now === 'string' && parse === undefined) || WIDER[now]?.includes(was) === true;
  return {
    code: 'column-retyped',
    says: changed('type', was, now),
    readers: `what compares, joins or stores it as ${was} may fail or change`,
    senders: takesAll ? undefined : `rows whose text is no ${now} go to quarantine`,
    loaded: takesAll ? undefined : `until they load again, values that are no ${now} are null`,
  };
}

function limit(name: 'minimum' | 'maximum', beyond: string, was: number | undefined, now: number | undefined): Judged {
  const sign = name === 'minimum' ? 1 : -1;
  // Without a limit everything is within it.
  const narrows = now !== undefined && (was === undefined || (now - was) * sign > 0);
  return {
    code: `${name}-${narrows ? 'narrowed' : 'widened'}`,
    says: changed(name, was, now),
    readers: narrows ? undefined : `values ${beyond} ${was} may come now`,
    senders: narrows ? `rows ${beyond} ${now} go to quarantine` : undefined,
  };
}

function nulls(was: ColumnContract, now: ColumnContract): Judged {
  const added = now.nulls.filter((text) => !was.nulls.includes(text));
  const removed = was.nulls.filter((text) => !now.nulls.includes(text));
  const isPlainText = now.type === 'string' && now.parse === undefined && now.pattern === undefined;
  const senders = [
    ...(now.required && added.length > 0 ? [`rows with ${quotes(added)} go to quarantine`] : []),
    ...(!isPlainText && removed.length > 0 ? [`rows with ${quotes(removed)} may go to quarantine`] : []),
  ];
  return {
    code: 'nulls-changed',
    says: [
      ...(added.length > 0 ? [`null by ${quotes(added)}, too`] : []),
      ...(removed.length > 0 ? [`no longer null by ${quotes(removed)}`] : []),
      ...(added.length + removed.length === 0 ? ['nulls in another order'] : []),
    ].join('; '),
    readers:
      isPlainText && removed.length > 0 ? `${quotes(removed)} may come as text, where there was null` : undefined,
    senders: senders.length === 0 ? undefined : senders.join('; '),
    sameRows: added.length + removed.length === 0,
  };
}

const KEPT: Readonly<Record<Protect, string>> = { hmac: 'hashes', mask: 'masked', drop: 'null' };

function protection(was: Protect | undefined, now: Protect | undefined): Judged {
  return {
    code: 'protect-changed',
    says: changed('protect', was, now),
    readers: now === undefined ? 'values are clear text now' : `values are ${KEPT[now]} now`,
    loaded:
      now === undefined
        ? 'files load again without protection'
        : `rows whose files are no longer in the landing folder keep ${was === undefined ? 'their clear text' : `what ${was} left`}: drop those files again, or forget the rows${now === 'hmac' ? '; a run needs LANDFALL_PROTECT_KEY' : ''}`,
  };
}

/** What becomes of records that lack the source; where files are refused for it, `refusals` says so. */
function lacking(source: ColumnSource, required: boolean, format: TableContract['format']): string | undefined {
  if (source.kind === 'file') {
    return required ? undefined : `files whose name does not match ${source.pattern} give null`;
  }
  if (format === 'csv') return undefined;
  return `records without "${source.name}" ${required ? 'go to quarantine' : 'give null'}`;
}

function place(source: ColumnSource): string {
  return source.kind === 'header' ? `"${source.name}"` : `the file's name by ${source.pattern}`;
}

function parseWords(parse: ColumnParse | undefined): string | undefined {
  return parse?.kind === 'split' ? `split at "${parse.separator}", part ${parse.part}` : parse?.kind;
}

/** Whether both take the same texts: a time with its offset gives several columns, and any part may be missing. */
function sameTexts(was: ColumnParse | undefined, now: ColumnParse | undefined): boolean {
  if (was === undefined || now === undefined) return false;
  if (was.kind === 'split' && now.kind === 'split') return true;
  return was.kind.endsWith('timestamp with offset') && now.kind.endsWith('timestamp with offset');
}
