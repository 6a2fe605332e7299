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

/**
 * A sequencer of Jest's, which runs all tests on every machine.
 *
 * @template {{ path: string }} Any
 * @param {readonly string[]} first files of `test` without their `.test.ts`, in their order
 * @param {(one: Any, other: Any) => number} others the order of those that are not named
 */
export function beginningWith(first, others) {
  /** @param {Any} test */
  const place = ({ path }) => {
    const found = first.findIndex((name) => path.endsWith(`/${name}.test.ts`));
    return found === -1 ? first.length : found;
  };
  return class {
    /** @param {readonly Any[]} tests */
    sort(tests) {
      return tests.toSorted((one, other) => place(one) - place(other) || others(one, other));
    }

    /** @param {readonly Any[]} tests */
    shard(tests) {
      return tests;
    }

    /** @param {readonly Any[]} tests */
    allFailedTests(tests) {
      return tests;
    }

    cacheResults() {}
  };
}

/** @param {Test} test */
const size = ({ path, context }) => context.hasteFS.getSize(path) ?? 0;

export default beginningWith(FIRST, (/** @type {Test} */ one, /** @type {Test} */ other) => size(other) - size(one));
