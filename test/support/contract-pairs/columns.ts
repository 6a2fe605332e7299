/** Changes of one column. */

import { BOTH, DOOR, LINE, NOBODY, NOTHING, type Pair, READERS, RELOAD, SAME_ROWS, SENDERS } from './base.ts';

export const COLUMN_PAIRS: readonly Pair[] = [
  { what: 'a column removed', edits: [[DOOR, '']], says: { 'column-removed door': [BOTH, RELOAD] } },
  {
    what: 'a column removed that JSON lines have',
    edits: [['      - {name: damp, logicalType: number}\n', '']],
    says: { 'column-removed damp': [READERS, RELOAD] },
  },
  {
    what: 'a column renamed that reads the same header',
    edits: [['name: placed_on', 'name: ordered_on']],
    says: { 'column-renamed placed_on': [READERS, RELOAD] },
  },
  {
    what: 'a column and its header renamed',
    edits: [['name: customer', 'name: customers']],
    says: { 'column-renamed customer': [READERS, RELOAD], 'source-changed customer': [SENDERS, RELOAD] },
  },
  {
    what: 'a key column renamed that reads the same header',
    edits: [
      [
        '{name: order_id, logicalType: integer, required: true, primaryKey: true}',
        `name: order
        logicalType: integer
        required: true
        primaryKey: true
        customProperties:
          - {property: source, value: order_id}`,
      ],
    ],
    says: { 'column-renamed order_id': [READERS, RELOAD] },
  },
  {
    what: 'a required column added',
    edits: [[DOOR, `${DOOR}      - {name: stay, logicalType: integer, required: true}\n`]],
    says: { 'column-added stay': [SENDERS, RELOAD] },
  },
  {
    what: 'a column added that is not required',
    edits: [[DOOR, `${DOOR}      - {name: stay, logicalType: integer}\n`]],
    says: { 'column-added stay': [NOBODY, RELOAD] },
  },
  {
    what: 'a narrower type',
    edits: [['logicalType: number\n        description: What', 'logicalType: integer\n        description: What']],
    says: { 'column-retyped amount': [BOTH, RELOAD] },
  },
  {
    what: 'a wider type',
    edits: [[LINE, `${LINE}        physicalType: bigint\n`]],
    says: { 'column-retyped line': [READERS, RELOAD] },
  },
  {
    what: 'another type',
    edits: [['logicalType: date', 'logicalType: timestamp']],
    says: { 'column-retyped placed_on': [BOTH, RELOAD] },
  },
  {
    what: 'text instead of a type',
    edits: [['logicalType: date', 'logicalType: string']],
    says: { 'column-retyped placed_on': [READERS, RELOAD] },
  },
  {
    what: 'required now',
    edits: [['{name: door, logicalType: string}', '{name: door, logicalType: string, required: true}']],
    says: { 'column-required door': [SENDERS, RELOAD] },
  },
  {
    what: 'no longer required',
    edits: [['{name: guest, logicalType: string, required: true}', '{name: guest, logicalType: string}']],
    says: { 'column-optional guest': [READERS, RELOAD] },
  },
  {
    what: 'a narrower minimum',
    edits: [['minimum: 0', 'minimum: 1']],
    says: { 'minimum-narrowed amount': [SENDERS, RELOAD] },
  },
  {
    what: 'a wider minimum',
    edits: [['minimum: 0', 'minimum: -1']],
    says: { 'minimum-widened amount': [READERS, RELOAD] },
  },
  { what: 'no minimum', edits: [['minimum: 0, ', '']], says: { 'minimum-widened amount': [READERS, RELOAD] } },
  {
    what: 'a narrower maximum',
    edits: [['maximum: 1000', 'maximum: 100']],
    says: { 'maximum-narrowed amount': [SENDERS, RELOAD] },
  },
  {
    what: 'a wider maximum',
    edits: [['maximum: 1000', 'maximum: 5000']],
    says: { 'maximum-widened amount': [READERS, RELOAD] },
  },
  {
    what: 'a minimum where there was none',
    edits: [[LINE, `${LINE}        logicalTypeOptions: {minimum: 1}\n`]],
    says: { 'minimum-narrowed line': [SENDERS, RELOAD] },
  },
  {
    what: 'another pattern',
    edits: [['paid|open|void', 'paid|open']],
    says: { 'pattern-changed state': [BOTH, RELOAD] },
  },
  {
    what: 'no pattern',
    edits: [['        logicalTypeOptions: {pattern: paid|open|void}\n', '']],
    says: { 'pattern-changed state': [READERS, RELOAD] },
  },
  {
    what: 'a pattern where there was none',
    edits: [
      [
        '{name: door, logicalType: string}',
        '{name: door, logicalType: string, logicalTypeOptions: {pattern: east|west}}',
      ],
    ],
    says: { 'pattern-changed door': [SENDERS, RELOAD] },
  },
  {
    what: 'another unit',
    edits: [['value: euros', 'value: cents']],
    says: { 'unit-changed amount': [READERS, NOTHING] },
  },
  {
    what: 'a unit where there was none',
    edits: [[LINE, `${LINE}        customProperties: [{property: unit, value: lines}]\n`]],
    says: { 'unit-changed line': [NOBODY, NOTHING] },
  },
  {
    what: 'another description',
    edits: [['What was paid.', 'What was paid, with tax.']],
    says: { 'column-described amount': [NOBODY, NOTHING] },
  },
  {
    what: 'another description of a table',
    edits: [['One order.', 'An order.']],
    says: { 'table-described': [NOBODY, NOTHING] },
  },
  {
    what: 'another text that means null, in a required column',
    edits: [['value: ["-", none]', 'value: ["-", none, void]']],
    says: { 'nulls-changed state': [SENDERS, RELOAD] },
  },
  {
    what: 'a text that no longer means null',
    edits: [['value: ["-", none]', 'value: ["-"]']],
    says: { 'nulls-changed state': [SENDERS, RELOAD] },
  },
  {
    what: 'another header',
    edits: [['value: Placed on', 'value: Date']],
    says: { 'source-changed placed_on': [SENDERS, RELOAD] },
  },
  {
    what: 'another pattern of the file name',
    edits: [["{file: '([a-z]+)-[0-9]+'}", "{file: '([a-z]+)-[0-9]{4}'}"]],
    says: { 'source-changed branch': [SENDERS, RELOAD] },
  },
  {
    what: 'the local time instead of UTC',
    edits: [['value: timestamp with offset', 'value: local time of timestamp with offset']],
    says: { 'parse-changed came_at': [READERS, RELOAD] },
  },
  {
    what: 'times without their offset',
    edits: [['        customProperties:\n          - {property: parse, value: timestamp with offset}\n', '']],
    says: { 'parse-changed came_at': [BOTH, RELOAD] },
  },
  {
    what: 'protection',
    edits: [
      [
        'classification: internal',
        'classification: internal\n        customProperties: [{property: protect, value: mask}]',
      ],
    ],
    says: { 'protect-changed customer': [READERS, RELOAD] },
  },
  {
    what: 'another classification',
    edits: [['classification: internal', 'classification: restricted']],
    says: { 'classification-changed customer': [NOBODY, SAME_ROWS] },
  },
];
