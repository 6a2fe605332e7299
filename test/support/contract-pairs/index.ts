/** Contracts before and after one change each, and what is to be said of it. */

import {
  BASE,
  BOTH,
  changedBy,
  LINE,
  NOBODY,
  NOTHING,
  type Pair,
  PUBLISH,
  READERS,
  RELOAD,
  SAME_ROWS,
  SENDERS,
} from './base.ts';
import { COLUMN_PAIRS } from './columns.ts';

export { BASE, changedBy, FILE, FILES, type Pair } from './base.ts';

const READINGS = BASE.slice(BASE.indexOf('  - name: readings'));

export const PAIRS: readonly Pair[] = [
  { what: 'nothing', edits: [], says: {} },
  { what: 'a comment', edits: [['schema:', '# tables\nschema:']], says: {} },
  {
    what: 'another version',
    edits: [['version: 1.0.0', 'version: 1.1.0']],
    says: { 'version-changed': [NOBODY, NOTHING] },
  },
  {
    what: 'another purpose',
    edits: [['Tea sold.', 'All tea sold.']],
    says: { 'dataset-described': [NOBODY, NOTHING] },
  },
  {
    what: 'a looser drift',
    edits: [['schema:', 'customProperties: [{property: drift, value: evolve}]\nschema:']],
    says: { 'drift-changed': [NOBODY, NOTHING] },
  },
  {
    what: 'a column removed of a data set that keeps new ones',
    edits: [
      ['schema:', 'customProperties: [{property: drift, value: quarantine}]\nschema:'],
      ['      - {name: door, logicalType: string}\n', ''],
    ],
    says: { 'drift-changed': [NOBODY, NOTHING], 'column-removed door': [READERS, RELOAD] },
  },
  ...COLUMN_PAIRS,
  {
    what: 'a landing glob that lets go of files',
    edits: [['value: orders/*.csv', 'value: orders/south-*.csv']],
    says: { 'landing-changed': [SENDERS, NOTHING] },
  },
  {
    what: 'a landing glob that takes more',
    edits: [
      ['value: visits/*.csv', 'value: "*/*.csv"'],
      ['value: orders/*.csv', 'value: orders.csv'],
    ],
    says: { 'landing-changed': [SENDERS, NOTHING], 'landing-changed 2': [NOBODY, NOTHING] },
  },
  {
    what: 'another way to load',
    edits: [
      [
        '      - {property: load, value: merge}\n',
        '      - {property: load, value: append}\n      - {property: identity, value: [order_id]}\n',
      ],
    ],
    says: { 'load-changed': [READERS, RELOAD] },
  },
  {
    what: 'another key',
    edits: [
      ['required: true, primaryKey: true}', 'required: true, primaryKey: true, primaryKeyPosition: 1}'],
      [LINE, `${LINE}        primaryKey: true\n        primaryKeyPosition: 2\n`],
    ],
    says: { 'primary-key-changed': [READERS, RELOAD] },
  },
  {
    what: 'another identity',
    edits: [['[guest, came_at]', '[guest, came_at, door]']],
    says: { 'identity-changed': [READERS, RELOAD] },
  },
  {
    what: 'files that never overlap',
    edits: [['[guest, came_at]}\n', '[guest, came_at]}\n      - {property: overlap, value: none}\n']],
    says: { 'overlap-changed': [READERS, RELOAD] },
  },
  {
    what: 'partitions',
    edits: [['[guest, came_at]}\n', '[guest, came_at]}\n      - {property: partitionBy, value: [month(came_at)]}\n']],
    says: { 'partitions-changed': [NOBODY, NOTHING] },
  },
  {
    what: 'a smaller share of bad rows',
    edits: [['value: 0.5', 'value: 0.1']],
    says: { 'bad-share-narrowed': [SENDERS, RELOAD] },
  },
  {
    what: 'a larger share of bad rows',
    edits: [['value: 0.5', 'value: 0.9']],
    says: { 'bad-share-widened': [NOBODY, RELOAD] },
  },
  {
    what: 'no longer published',
    edits: [['publish: true', 'publish: false']],
    says: { 'table-withdrawn': [READERS, PUBLISH] },
  },
  {
    what: 'published',
    edits: [['[guest, came_at]}\n', '[guest, came_at]}\n      - {property: warehouse, value: {publish: true}}\n']],
    says: { 'table-published': [NOBODY, PUBLISH] },
  },
  {
    what: 'a sort key',
    edits: [['{publish: true}', '{publish: true, sortkey: order_id}']],
    says: { 'warehouse-keys-changed': [NOBODY, NOTHING] },
  },
  { what: 'a table removed', edits: [[READINGS, '']], says: { 'table-removed': [BOTH, NOTHING] } },
  {
    what: 'a table added',
    edits: [[READINGS, `${READINGS}${READINGS.replaceAll('readings', 'pressures')}`]],
    says: { 'table-added': [NOBODY, NOTHING] },
  },
  {
    what: 'a table renamed',
    edits: [['- name: visits', '- name: guests']],
    says: { 'table-renamed': [READERS, RELOAD] },
  },
  {
    what: 'files of another format',
    edits: [
      ['visits/*.csv', 'visits/*.ndjson'],
      ['{property: load, value: append}', '{property: load, value: append}\n      - {property: format, value: ndjson}'],
    ],
    says: { 'format-changed': [SENDERS, RELOAD], 'landing-changed': [SENDERS, NOTHING] },
  },
  {
    what: 'columns in another order',
    edits: [
      [LINE, ''],
      ['        classification: internal\n', `        classification: internal\n${LINE}`],
    ],
    says: { 'written-otherwise': [NOBODY, SAME_ROWS] },
  },
  {
    what: 'options in another order',
    edits: [['{minimum: 0, maximum: 1000}', '{maximum: 1000, minimum: 0}']],
    says: { 'written-otherwise': [NOBODY, SAME_ROWS] },
  },
  {
    what: 'a quality rule',
    edits: [
      ['[guest, came_at]}\n', '[guest, came_at]}\n    quality:\n      - {metric: rowCount, mustBeGreaterThan: 0}\n'],
    ],
    says: { 'quality-changed': [NOBODY, NOTHING] },
  },
  {
    what: 'a service level',
    edits: [['schema:', 'slaProperties:\n  - {property: retention, value: 3, unit: y}\nschema:']],
    says: { 'service-levels-changed': [NOBODY, NOTHING] },
  },
  {
    what: 'an API to pull from',
    edits: [
      [
        'schema:',
        `customProperties:
  - property: sourceApi
    value:
      url: https://api.example/v1/readings
      table: readings
      token: LANDFALL_CELLAR_TOKEN
      prefix: readings
      records: data
      next: {list: links, rel: next, link: uri}
schema:`,
      ],
    ],
    says: { 'source-api-changed': [NOBODY, NOTHING] },
  },
];

/** The contract after the change that is called so. */
export function changedTo(what: string): string {
  const pair = PAIRS.find((one) => one.what === what);
  if (pair === undefined) throw new Error(`there is no pair ${what}`);
  return changedBy(pair);
}
