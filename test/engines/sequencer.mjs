// What looks at the engines as they were started comes first, then the files that take longest, so that both workers end
// at about the same time.

import { beginningWith } from '../support/sequencer.mjs';

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

export default beginningWith(
  FIRST.map((name) => `engines/${name}`),
  (/** @type {{ path: string }} */ one, /** @type {{ path: string }} */ other) => (one.path < other.path ? -1 : 1),
);
