/** Everything lands, and the schedule fires. */

import type { Rehearsal } from './rehearsal.ts';

export async function firstAct(rehearsal: Rehearsal): Promise<void> {
  const { transcript, sample, machine } = rehearsal;
  await transcript.during('act', 'drop every data set', async () => {
    for (const keys of sample.files.values()) for (const key of keys) await rehearsal.drop(key);
  });
  await machine.fire('run');
  await rehearsal.settle();
  await rehearsal.sayTold();
}
