/** Everything lands, and the schedule fires. */

import type { Rehearsal } from './rehearsal.ts';

export async function firstAct(rehearsal: Rehearsal): Promise<void> {
  const { transcript, sample, machine } = rehearsal;
  await transcript.during('act', 'drop every data set', async () => {
    for (const keys of sample.files.values()) for (const key of keys) await rehearsal.drop(key);
  });
  await transcript.attempt('act', 'the schedule, beside the events of what landed', async () => {
    await machine.fire('run');
    const errors = (await rehearsal.settle()).flatMap(({ error }) => error ?? []);
    if (errors.length > 0)
      throw new Error(`the state machine ended with ${errors.map(({ message }) => message).join('; ')}`);
    const told = await rehearsal.told();
    const sound = new Set(
      told.filter(({ status }) => status === 'succeeded').flatMap(({ datasets }) => datasets.map((one) => one.dataset)),
    );
    const left = [...sample.files.keys()].filter((dataset) => !sound.has(dataset));
    if (left.length > 0) throw new Error(`nobody was told that ${left.join(', ')} succeeded`);
  });
}
