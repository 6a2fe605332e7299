// What looks at the engines as they were started comes first, then the files that take longest, so that both workers end
// at about the same time.

/** Files of this folder without their `.test.ts`, in their order. */
export const FIRST = [
  'infrastructure',
  'aws/bulk',
  'parity-published',
  'rules',
  'aws/lake-loads',
  'parity',
  'aws/lake-models',
  'bridge-glue-jobs',
  'corpus',
  'json-lines',
  'rules-json',
];

export default class Sequencer {
  /** @param {readonly { path: string }[]} tests */
  sort(tests) {
    /** @param {{ path: string }} test */
    const place = ({ path }) => {
      const found = FIRST.findIndex((name) => path.endsWith(`/engines/${name}.test.ts`));
      return found === -1 ? FIRST.length : found;
    };
    return tests.toSorted((one, other) => place(one) - place(other) || (one.path < other.path ? -1 : 1));
  }

  /** Every machine runs all of them. @param {readonly { path: string }[]} tests */
  shard(tests) {
    return tests;
  }

  /** @param {readonly { path: string }[]} tests */
  allFailedTests(tests) {
    return tests;
  }

  cacheResults() {}
}
