import { describe, expect, it } from '@jest/globals';
import type { Notifier, RunOutcome } from '../../core/ports.ts';

export const OUTCOME: RunOutcome = {
  run_id: '20260101T000000-abcdef',
  status: 'succeeded',
  needs_attention: true,
  datasets: [{ dataset: 'shop', status: 'succeeded', rows_loaded: 3, rows_quarantined: 1, files_refused: 0 }],
  late: [{ dataset: 'shop', element: 'sold', message: 'größe: later than "promised"' }],
  failed_rules: [],
  report: null,
  errors: [],
};

export interface NotifierUnderTest {
  readonly notifier: Notifier;
  /** What it warned of. */
  readonly warnings: readonly string[];
  /** What whoever listens was told. */
  told(): Promise<readonly unknown[]>;
}

/** What every notifier holds to. */
export function notifierContract(name: string, open: (isHeard: boolean) => Promise<NotifierUnderTest>): void {
  describe(`notifier: ${name}`, () => {
    it.each<[string, Partial<RunOutcome>]>([
      ['that failed', { status: 'failed', errors: [{ code: 'bad', message: 'it is bad', file: 'a.csv', line: 3 }] }],
      ['that needs a look', {}],
    ])('tells the outcome of a run %s, as it is', async (_name, more) => {
      const { notifier, told, warnings } = await open(true);
      const outcome = { ...OUTCOME, ...more };
      await notifier.notify(outcome);
      expect(await told()).toEqual([outcome]);
      expect(warnings).toEqual([]);
    });

    it('that reaches nobody fails no run, and says so', async () => {
      const { notifier, warnings } = await open(false);
      await notifier.notify(OUTCOME);
      expect(warnings).toEqual([expect.stringContaining("nobody was told of the run's end")]);
    });
  });
}
