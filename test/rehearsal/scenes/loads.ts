/** Files and events as they come in the real world: they overlap, repeat, correct, and come twice. */

import type { SQSRecord } from 'aws-lambda';
import { MOST_TRIES } from '../../../adapters/aws/run/tries.ts';
import { readMeanwhile } from '../readers/whole.ts';
import type { Rehearsal } from '../rehearsal.ts';
import { DISTRICTS, engagement, expectTold, KIOSKS, loadsOf, type Scene, thirds, withRows } from './scene.ts';

/** It looks like a word of S3's, and is none. */
export const POISON = '{"Records":[{}]}';

export const overlaps: Scene = {
  id: 'overlaps',
  title: 'files that overlap, repeat and correct others, while Athena and Redshift throttle and commits conflict',
  datasets: [KIOSKS],
  async play(rehearsal) {
    const { bridge } = rehearsal.stage;
    bridge.fail({ service: 'athena', action: 'StartQueryExecution', times: 4 });
    bridge.fail({ service: 'redshift-data', action: 'BatchExecuteStatement', times: 2 });
    bridge.doubleQueries({ containing: 'MERGE INTO', times: 2 });
    const before = bridge.calls.length;
    const seen = await readMeanwhile(rehearsal, KIOSKS.replace('-', '_'), async () => {
      const [first, second] = ['items_purchased_1.csv', 'items_purchased_2.csv'].map((name) => `${KIOSKS}/${name}`);
      await rehearsal.dropText(`${KIOSKS}/items_purchased_7.csv`, withRows(rehearsal.text(first ?? ''), thirds(0, 1)));
      await rehearsal.dropText(`${KIOSKS}/items_purchased_8.csv`, rehearsal.text(second ?? ''));
      await rehearsal.dropText(second ?? '', withRows(rehearsal.text(second ?? ''), thirds(0, 2)));
      const [district] = engagement(rehearsal);
      if (district !== undefined) await rehearsal.dropText(district, withRows(rehearsal.text(district), thirds(0, 2)));
      await rehearsal.settle();
    });
    const all = engagement(rehearsal).length > 0 ? [KIOSKS, DISTRICTS] : [KIOSKS];
    expectTold(await rehearsal.told(), ...all.map((dataset) => `${dataset} succeeded`));
    const failed = bridge.calls.slice(before).filter(({ status }) => status >= 400 && status !== 404 && status !== 412);
    const kinds = new Set(failed.map(({ service, action, status }) => `${service}:${action} ${status}`));
    for (const one of ['athena:StartQueryExecution 400', 'redshift-data:BatchExecuteStatement 400'])
      if (!kinds.has(one)) throw new Error(`nothing met the answer ${one}`);
    if (bridge.conflicts.length === 0) throw new Error('no MERGE met another of the same table at its commit');
    const why = new Set(bridge.conflicts.map((reason) => reason.slice(0, 160)));
    return `answers that were not given: ${[...kinds].join(', ')}; of two MERGEs at once: ${[...why].join(' | ')}; ${seen}`;
  },
};

export const poison: Scene = {
  id: 'poison',
  title: 'a message and a file that nobody can read, and one event in two functions at once',
  datasets: [KIOSKS],
  async play(rehearsal) {
    const { pump } = rehearsal;
    const known = await loadsOf(rehearsal);
    await rehearsal.dropText(`${KIOSKS}/items_purchased_0.csv`, 'a,b\n1,2\n');
    const records = await pump.receive('ingest');
    await pump.send('ingest', POISON);
    const unreadable = await pump.receive('ingest');
    const twins = records.map((record): SQSRecord => ({ ...record, messageId: 'twin' }));
    await Promise.all([pump.deliver('ingest', [...unreadable, ...records]), pump.deliver('ingest', twins)]);
    await rehearsal.settle();
    expectTold(await rehearsal.told(), `${KIOSKS} succeeded`);
    const added = (await loadsOf(rehearsal)) - known;
    if (added !== 1) throw new Error(`${added} loads more are in the books, expected the one of the refused file`);
    const aside = (await pump.failed('ingest')).map(({ body }) => body);
    if (aside.join() !== POISON)
      throw new Error(`put aside was ${aside.join() || 'nothing'}, expected the poison message`);
    const tries = pump.delivered.filter((one) => one.records.some(({ body }) => body === POISON)).length;
    if (tries !== MOST_TRIES) throw new Error(`it was tried ${tries} times, expected ${MOST_TRIES}`);
    return `the message is in the dead-letter queue, tried ${tries} times; the file is refused, once`;
  },
};

export const repeats: Scene = {
  id: 'repeats',
  title: 'every event once more, in another order',
  datasets: [],
  async play(rehearsal: Rehearsal) {
    const { pump } = rehearsal;
    const known = await loadsOf(rehearsal);
    const delivered = [...pump.delivered].reverse();
    for (const { step, records } of delivered) {
      const readable = records.filter(({ body }) => body !== POISON);
      if (readable.length > 0) await pump.deliver(step, readable.map(again).reverse());
    }
    await rehearsal.settle();
    expectTold(await rehearsal.told());
    const added = (await loadsOf(rehearsal)) - known;
    if (added !== 0) throw new Error(`${added} loads more are in the books, expected none`);
    return `${delivered.length} deliveries made again, the last of them first: nothing was done twice`;
  },
};

const again = (record: SQSRecord): SQSRecord => ({
  ...record,
  attributes: { ...record.attributes, ApproximateReceiveCount: '2' },
});
