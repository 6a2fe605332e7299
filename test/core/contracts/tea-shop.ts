import { parseContract } from '../../../core/contracts/parse.ts';
import { formatProblem } from '../../../core/problems.ts';

export const FILE = 'contracts/tea-shop.odcs.yaml';

/** A good contract; tests of mistakes name its lines and columns. */
export const GOOD = `apiVersion: v3.1.0
kind: DataContract
id: tea
name: tea-shop
version: 1.0.0
status: active
description: {purpose: Tea sold.}
schema:
  - name: sales
    customProperties:
      - {property: landing, value: sales/*.csv}
      - {property: load, value: merge}
      - {property: partitionBy, value: [shop, month(day)]}
    properties:
      - name: shop
        logicalType: string
        required: true
        primaryKey: true
        primaryKeyPosition: 2
        customProperties:
          - {property: source, value: {file: '([a-z]+)-\\d+'}}
      - name: day
        logicalType: date
        required: true
        primaryKey: true
        primaryKeyPosition: 1
      - name: cups
        logicalType: integer
        physicalType: bigint
        logicalTypeOptions: {minimum: 0, maximum: 1000}
        customProperties:
          - {property: nulls, value: [NaN, none]}
  - name: teas
    customProperties:
      - {property: landing, value: teas.csv}
      - {property: load, value: replace}
    properties:
      - name: tea
        logicalType: string
        logicalTypeOptions: {pattern: '[a-z]+'}
        customProperties:
          - {property: parse, value: {split: '/', part: 1}}
`;

/** The good contract with the first occurrence of each text replaced. */
export function edited(...edits: readonly (readonly [string, string])[]): string {
  return edits.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`not in the contract: ${from}`);
    return text.replace(from, () => to);
  }, GOOD);
}

/** `line:column: message` of every problem. */
export function problemsOf(text: string): string[] {
  return parseContract(text, FILE).problems.map((problem) => formatProblem({ ...problem, file: '' }).slice(1));
}
