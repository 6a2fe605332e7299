/** Whether what datacontract-cli calls breaking is breaking to `contract diff`, too. */

import { beforeAll, describe, expect, it } from '@jest/globals';
import { BASE, changedBy, PAIRS, type Pair } from '../support/contract-pairs/index.ts';
import { type Broken, breaking } from './support/judges.ts';

/**
 * The judge's producer fills tables, and has to make every column and table that is new. Our senders drop files, which may
 * lack what is not required, and whose fields have their own names, types and keys: they go on as before. A rule that fails
 * holds models back, and no file.
 */
const PRODUCERS_ALONE = [
  'a column renamed that reads the same header',
  'a key column renamed that reads the same header',
  'a column added that is not required',
  'a wider type',
  'text instead of a type',
  'another key',
  'a table added',
  'a table renamed',
  'a quality rule',
];

/** Custom properties, and what follows of them: the judge reads none. Of a changed pattern it says that it can't tell. */
const OURS_ALONE = [
  'another pattern',
  'another unit',
  'another text that means null, in a required column',
  'a text that no longer means null',
  'another header',
  'another pattern of the file name',
  'the local time instead of UTC',
  'times without their offset',
  'protection',
  'a landing glob that lets go of files',
  'a landing glob that takes more',
  'another way to load',
  'another identity',
  'files that never overlap',
  'a smaller share of bad rows',
  'no longer published',
  'files of another format',
];

describe('changes of contracts, by datacontract breaking', () => {
  let judged: readonly { readonly pair: Pair; readonly verdict: Broken }[];
  beforeAll(async () => {
    const verdicts = await breaking(PAIRS.map((pair) => ({ was: BASE, now: changedBy(pair) })));
    judged = PAIRS.map((pair, index) => ({ pair, verdict: verdicts[index] ?? { consumer: [], producer: [] } }));
  }, 600_000);

  const broken = ({ says }: Pair) => new Set(Object.values(says).flatMap(([audiences]) => audiences));
  const names = (some: (one: { readonly pair: Pair; readonly verdict: Broken }) => boolean) =>
    judged.filter(some).map(({ pair }) => pair.what);

  it('what breaks for consumers breaks for readers', () => {
    expect(names(({ verdict }) => verdict.consumer.length > 0).length).toBeGreaterThan(12);
    expect(names(({ pair, verdict }) => verdict.consumer.length > 0 && !broken(pair).has('readers'))).toEqual([]);
  });

  it('what breaks for producers breaks for senders, but for what files need not have', () => {
    expect(names(({ pair, verdict }) => verdict.producer.length > 0 && !broken(pair).has('senders'))).toEqual(
      PRODUCERS_ALONE,
    );
  });

  it('and more breaks that stands in custom properties', () => {
    const silent = ({ consumer, producer }: Broken) => consumer.length + producer.length === 0;
    expect(names(({ pair, verdict }) => silent(verdict) && broken(pair).size > 0)).toEqual(OURS_ALONE);
  });
});
