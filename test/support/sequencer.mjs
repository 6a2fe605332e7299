// The files that take longest come first, so that both workers end at about the same time. Where it has no times of an
// earlier run, as in a clean clone, Jest goes by size: the shortest files here run hundreds of random sequences.

/** Files of `test` without their `.test.ts`, in their order. */
export const FIRST = [
  'browser/data-sets',
  'browser/report',
  'scenarios/load-rules',
  'scenarios/aws-load-rules',
  'scenarios/drift',
  'scenarios/warehouse',
  'scenarios/loads',
  'scenarios/infer',
  'scenarios/contract-diff',
  'scenarios/quality',
  'scenarios/dry-run',
];

/** @typedef {{ path: string, context: { hasteFS: { getSize(path: string): number | null } } }} Test */

export default class Sequencer {
  /** @param {readonly Test[]} tests */
  sort(tests) {
    /** @param {Test} test */
    const place = ({ path }) => {
      const found = FIRST.findIndex((name) => path.endsWith(`/${name}.test.ts`));
      return found === -1 ? FIRST.length : found;
    };
    /** @param {Test} test */
    const size = ({ path, context }) => context.hasteFS.getSize(path) ?? 0;
    return tests.toSorted((one, other) => place(one) - place(other) || size(other) - size(one));
  }

  /** Every machine runs all of them. @param {readonly Test[]} tests */
  shard(tests) {
    return tests;
  }

  /** @param {readonly Test[]} tests */
  allFailedTests(tests) {
    return tests;
  }

  cacheResults() {}
}
