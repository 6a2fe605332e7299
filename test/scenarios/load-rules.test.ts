/**
 * The promises of a load, held by random sequences for each load mode: after any drops, repeats, overlaps, corrections,
 * late and removed files, files of other columns, contract changes and killed loads, the clean table equals a fresh load, the books balance, both
 * equal what a few lines of TypeScript say that the rule means, and models that follow row by row equal full ones.
 */

import { afterAll, it } from '@jest/globals';
import fc from 'fast-check';
import { MODES } from '../support/load-rules.ts';
import { MODELS, operation, play, policy } from '../support/load-sequences.ts';

const RUNS = 100 * Number(process.env['LANDFALL_PROPERTY_FACTOR'] ?? 1);

const counted = new Map<string, number>();
const note = (what: string) => counted.set(what, (counted.get(what) ?? 0) + 1);
afterAll(() => {
  if (process.env['LANDFALL_PROPERTY_FACTOR'] === undefined) return;
  const lines = [...counted].sort().map(([what, count]) => `${what}: ${count}`);
  process.stderr.write(`operations of the load rules' sequences\n${lines.join('\n')}\n`);
});

it.each(MODES)(
  '%s: after any sequence of operations, the table is what the rule says',
  async (mode) => {
    await fc.assert(
      fc.asyncProperty(policy, fc.array(operation, { minLength: 8, maxLength: 16 }), async (first, operations) => {
        note(`${mode}, sequences`);
        for (const { kind } of operations) note(`${mode}, ${kind}`);
        await play(mode, first, operations, { models: MODELS });
      }),
      { numRuns: Math.ceil(RUNS / MODES.length) },
    );
  },
  600_000,
);
