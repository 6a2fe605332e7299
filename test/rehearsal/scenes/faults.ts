/** Functions that die, and leases that are lost. */

import { LEASE_MS } from '../../../adapters/aws/run/home.ts';
import { expectTold, KIOSKS, onCards, type Scene, thirds, withRows } from './scene.ts';

/** Between two looks at what a function has asked, in milliseconds. */
const LOOK = 20;

export const killedIngest: Scene = {
  id: 'killed',
  title: 'an ingest that is killed half-way',
  datasets: [KIOSKS],
  async play(rehearsal) {
    const { stage } = rehearsal;
    const purchases = rehearsal.text(`${KIOSKS}/items_purchased_3.csv`);
    await rehearsal.dropText(`${KIOSKS}/items_purchased_9.csv`, withRows(purchases, onCards('x')));
    const from = stage.bridge.calls.length;
    let killed = 0;
    const watch = setInterval(() => {
      const own = stage.bridge.calls
        .slice(from)
        .filter(({ accessKey, action }) => accessKey === 'lambda-landfall-ingest' && action === 'StartQueryExecution');
      if (own.length < 2 || killed > 0) return;
      killed += 1;
      void stage.lambda.kill('landfall-ingest');
    }, LOOK);
    try {
      await rehearsal.settle();
    } finally {
      clearInterval(watch);
    }
    if (killed === 0) throw new Error('no ingest got far enough to be killed');
    expectTold(await rehearsal.told(), `${KIOSKS} succeeded`);
    return 'killed behind its second statement; the message came again, and what was begun was brought to its end';
  },
};

export const lostLease: Scene = {
  id: 'lost-lease',
  title: 'a lease that is lost',
  datasets: [KIOSKS],
  async play(rehearsal) {
    const { stage, pump } = rehearsal;
    const purchases = rehearsal.text(`${KIOSKS}/items_purchased_2.csv`);
    await rehearsal.dropText(`${KIOSKS}/items_purchased_10.csv`, withRows(purchases, onCards('y')));
    await pump.settle('ingest');
    // Away for longer than a lease holds.
    const other = await stage.leases(LEASE_MS * 2).acquire(KIOSKS, 'another', 1000);
    if (other === null) throw new Error('the lease was not to be had, though its time was over');
    await pump.settle('aggregate');
    await stage.leases().release(other);
    await rehearsal.settle();
    expectTold(await rehearsal.told(), `${KIOSKS} failed lost-lease`);
    await rehearsal.dropText(
      `${KIOSKS}/items_purchased_11.csv`,
      withRows(withRows(purchases, thirds(1, 2)), onCards('z')),
    );
    await rehearsal.settle();
    expectTold(await rehearsal.told(), `${KIOSKS} succeeded`);
    return 'another had it meanwhile: the run failed, and the one of the next file made up for it';
  },
};
