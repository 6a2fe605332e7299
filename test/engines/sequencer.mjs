// The files that take longest come first, so that both workers end at about the same time.

/** Of minutes, the longest first: files of this folder without their `.test.ts`. */
export const LONG = [
  'aws/chain',
  'aws/lake-shipped',
  'parity-published',
  'rules',
  'aws/lake-loads',
  'parity',
  'aws/lake-models',
  'bridge-glue-jobs',
  'corpus',
  'json-lines',
];

export default class Sequencer {
  /** @param {readonly { path: string }[]} tests */
  sort(tests) {
    /** @param {{ path: string }} test */
    const place = ({ path }) => {
      const found = LONG.findIndex((name) => path.endsWith(`/engines/${name}.test.ts`));
      return found === -1 ? LONG.length : found;
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
