import { expect } from '@jest/globals';
import { type Comparison, differences } from './compare.ts';

/** Fails with what differs, and examples of it. */
export function expectSame(found: Comparison): void {
  const { shape, examples, rows } = found;
  expect({ differences: differences(found), shape, examples }).toEqual({ differences: 0, shape: [], examples: [] });
  expect(rows.right).toBe(rows.left);
}
