/** A proposed contract as a person would write it, with why it says what it says as comments. */

import { counted } from '../words.ts';
import type { ProposedColumn, ProposedTable } from './types.ts';

export interface ProposedContract {
  readonly dataset: string;
  readonly tables: readonly ProposedTable[];
}

export function toYaml({ dataset, tables }: ProposedContract): string {
  const files = tables.reduce((sum, { profile }) => sum + profile.files, 0);
  return [
    '# Proposed by landfall contract infer from every row of the files: read it, correct it, describe what it means.',
    '# What a comment is not sure of, a person is. Comments can go.',
    'apiVersion: v3.1.0',
    'kind: DataContract',
    `id: ${scalar(dataset)}`,
    `name: ${scalar(dataset)}`,
    'version: 1.0.0',
    'status: draft',
    'description:',
    `  purpose: ${scalar(`Say what it is and what it is for. Inferred from ${counted(files, 'file')}.`)}`,
    'customProperties:',
    '  - {property: drift, value: freeze}',
    'schema:',
    tables.map((table) => tableLines(table).join('\n')).join('\n\n'),
    '',
  ].join('\n');
}

function tableLines({
  profile,
  columns,
  key,
  partitionBy,
  load,
  identity,
  confidence,
  notes,
}: ProposedTable): string[] {
  const { name, landing, format, files, rows, unreadable } = profile;
  const properties = [
    `{property: landing, value: ${scalar(landing)}}`,
    ...(format === 'csv' ? [] : [`{property: format, value: ${format}}`]),
    `{property: load, value: ${load}}`,
    ...(identity.length === 0 ? [] : [`{property: identity, value: [${identity.map(scalar).join(', ')}]}`]),
    ...(partitionBy.length === 0 ? [] : [`{property: partitionBy, value: [${partitionBy.join(', ')}]}`]),
  ];
  const seen = `${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'} in ${counted(files, 'file')}`;
  const bad = unreadable === 0 ? [] : [`${counted(unreadable, 'record')} can't be read and would go to quarantine`];
  return [
    ...comment(2, [`from ${seen}`, ...bad, ...profile.notes]),
    `  - name: ${scalar(name)}`,
    '    physicalType: table',
    ...comment(4, [`confidence ${confidence}: load ${load}`, ...notes]),
    '    customProperties:',
    ...properties.map((property) => `      - ${property}`),
    '    properties:',
    ...columns.flatMap((column) => columnLines(column, key)),
  ];
}

function columnLines(column: ProposedColumn, key: readonly string[]): string[] {
  const { name, type, isBig, required, parse, nulls, minimum, maximum, confidence, notes } = column;
  const position = key.indexOf(name) + 1;
  const range = [
    ...(minimum === undefined ? [] : [`minimum: ${minimum}`]),
    ...(maximum === undefined ? [] : [`maximum: ${maximum}`]),
  ];
  const source = sourceOf(column);
  const properties = [
    ...(source === undefined ? [] : [`{property: source, value: ${source}}`]),
    ...(parse === undefined ? [] : [`{property: parse, value: ${parse}}`]),
    ...(nulls.length === 0 ? [] : [`{property: nulls, value: [${nulls.map(scalar).join(', ')}]}`]),
  ];
  return [
    ...comment(6, [`confidence ${confidence}: ${notes[0] ?? type}`, ...notes.slice(1)]),
    `      - name: ${scalar(name)}`,
    `        logicalType: ${type}`,
    ...(isBig ? ['        physicalType: bigint'] : []),
    ...(required ? ['        required: true'] : []),
    ...(position === 0 ? [] : ['        primaryKey: true']),
    ...(position === 0 || key.length === 1 ? [] : [`        primaryKeyPosition: ${position}`]),
    ...(range.length === 0 ? [] : [`        logicalTypeOptions: {${range.join(', ')}}`]),
    ...(properties.length === 0 ? [] : ['        customProperties:', ...properties.map((one) => `          - ${one}`)]),
  ];
}

function sourceOf({ source, name }: ProposedColumn): string | undefined {
  if (source.kind === 'file') return `{file: ${scalar(source.pattern)}}`;
  return source.name === name ? undefined : scalar(source.name);
}

/** Long ones go on in the next line. */
function comment(indent: number, parts: readonly string[]): string[] {
  const lines: string[] = [];
  const room = 118 - indent;
  for (const word of parts
    .join('; ')
    .replace(/\p{Cc}/gu, ' ')
    .split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 1 > room) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.map((line) => `${' '.repeat(indent)}# ${line}`);
}

/** Plain where YAML can take it for nothing else, within braces too. */
function scalar(text: string): string {
  const isWord = /^(true|false|yes|no|on|off|null|nan|y|n|~)$/i.test(text);
  if (!isWord && /^[A-Za-z_][\w/.()*-]*([ ][\w/.()*-]+)*$/.test(text)) return text;
  if (/[\p{Cc}\u2028\u2029\ufeff]/u.test(text)) return JSON.stringify(text);
  return `'${text.replaceAll("'", "''")}'`;
}
