/** The contract that pairs start from, and what a pair is. */

import type { Audience, Effect } from '../../../core/contracts/diff/types.ts';

export const FILE = 'contracts/tea-trade.odcs.yaml';

export const BASE = `apiVersion: v3.1.0
kind: DataContract
id: tea
name: tea-trade
version: 1.0.0
status: active
description: {purpose: Tea sold.}
schema:
  - name: orders
    description: One order.
    customProperties:
      - {property: landing, value: orders/*.csv}
      - {property: load, value: merge}
      - {property: maxBadShare, value: 0.5}
      - {property: warehouse, value: {publish: true}}
    properties:
      - {name: order_id, logicalType: integer, required: true, primaryKey: true}
      - name: line
        logicalType: integer
        required: true
      - name: amount
        logicalType: number
        description: What was paid.
        logicalTypeOptions: {minimum: 0, maximum: 1000}
        customProperties:
          - {property: unit, value: euros}
      - name: state
        logicalType: string
        required: true
        logicalTypeOptions: {pattern: paid|open|void}
        customProperties:
          - {property: nulls, value: ["-", none]}
      - name: customer
        logicalType: string
        description: Who bought.
        classification: internal
      - name: placed_on
        logicalType: date
        customProperties:
          - {property: source, value: Placed on}
      - name: branch
        logicalType: string
        customProperties:
          - {property: source, value: {file: '([a-z]+)-[0-9]+'}}
  - name: visits
    description: One visit.
    customProperties:
      - {property: landing, value: visits/*.csv}
      - {property: load, value: append}
      - {property: identity, value: [guest, came_at]}
    properties:
      - {name: guest, logicalType: string, required: true}
      - name: came_at
        logicalType: timestamp
        required: true
        customProperties:
          - {property: parse, value: timestamp with offset}
      - {name: door, logicalType: string}
  - name: readings
    description: One reading of the cellar.
    customProperties:
      - {property: landing, value: readings/*.ndjson}
      - {property: format, value: ndjson}
      - {property: load, value: merge}
    properties:
      - {name: taken, logicalType: integer, required: true, primaryKey: true}
      - {name: damp, logicalType: number}
`;

/** A file of each table. */
export const FILES: Readonly<Record<string, string>> = {
  'tea-trade/orders/north-1.csv':
    'order_id,line,amount,state,customer,Placed on\n1,1,20,paid,Ann,2026-01-02\n2,1,30.5,open,,\n',
  'tea-trade/visits/1.csv': 'guest,came_at,door\nann,2026-01-02 10:00:00+00,east\n',
  'tea-trade/readings/1.ndjson': '{"taken": 1, "damp": 0.5}\n',
};

export interface Pair {
  readonly what: string;
  /** First occurrences in the base, and what stands there instead. */
  readonly edits: readonly (readonly [from: string, to: string])[];
  /** By `code` or `code column`: for whom it breaks something, and what becomes of rows already loaded. */
  readonly says: Readonly<Record<string, readonly [readonly Audience[], readonly Effect[]]>>;
}

export const NOBODY: Audience[] = [];
export const READERS: Audience[] = ['readers'];
export const SENDERS: Audience[] = ['senders'];
export const BOTH: Audience[] = ['readers', 'senders'];
export const NOTHING: Effect[] = [];
export const SAME_ROWS: Effect[] = ['reload', 'refresh'];
export const RELOAD: Effect[] = ['reload', 'backfill', 'refresh'];
export const PUBLISH: Effect[] = ['publish'];

/** Columns, as the contract writes them. */
export const DOOR = '      - {name: door, logicalType: string}\n';
export const LINE = '      - name: line\n        logicalType: integer\n        required: true\n';

/** The contract after the change. */
export function changedBy({ edits }: Pair): string {
  return edits.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`not in the contract: ${from}`);
    return text.replace(from, () => to);
  }, BASE);
}
