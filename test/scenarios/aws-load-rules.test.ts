/** The load rules on AWS, by random sequences in which functions are killed anywhere; its engine is played by DuckDB. */

import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AwsTwin } from '../support/aws/twin.ts';
import { MODES } from '../support/load-rules.ts';
import { operation, play, policy } from '../support/load-sequences.ts';

const RUNS = 8 * Number(process.env['LANDFALL_PROPERTY_FACTOR'] ?? 1);

it.each(MODES)(
  '%s: after any sequence of operations, the table is what the rule says',
  async (mode) => {
    await fc.assert(
      fc.asyncProperty(policy, fc.array(operation, { minLength: 6, maxLength: 12 }), async (first, operations) => {
        await play(mode, first, operations, { models: [], make: (parts) => new AwsTwin(parts) });
      }),
      { numRuns: RUNS },
    );
    expect.assertions(expect.getState().assertionCalls);
  },
  600_000,
);
