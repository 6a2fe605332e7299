/** Everything lands, and the schedule fires. */

import type { Rehearsal } from './rehearsal.ts';
import { toldLine } from './scenes/scene.ts';

export async function firstAct(rehearsal: Rehearsal): Promise<void> {
  const { transcript, sample, machine } = rehearsal;
  await transcript.during('act', 'drop every data set', async () => {
    for (const keys of sample.files.values()) for (const key of keys) await rehearsal.drop(key);
  });
  await transcript.attempt('act', 'the schedule, beside the events of what landed', async () => {
    await machine.fire('run');
    const executions = await rehearsal.settle();
    // What went wrong is told to people; the state machine says only that something did.
    const told = await rehearsal.told();
    const errors = executions.flatMap(({ error }) => error?.message ?? []);
    if (errors.length > 0) throw new Error(`the state machine ended with ${errors.join('; ')}`);
    const sound = new Set(
      told.filter(({ status }) => status === 'succeeded').flatMap(({ datasets }) => datasets.map((one) => one.dataset)),
    );
    const left = [...sample.files.keys()].filter((dataset) => !sound.has(dataset));
    if (left.length > 0) throw new Error(`nobody was told that ${left.join(', ')} succeeded`);
    // One that another made up for is a defect as well: nothing goes wrong in this act.
    const failed = told.filter(({ status }) => status !== 'succeeded');
    if (failed.length > 0)
      throw new Error(`people were told of: ${failed.map(toldLine).join(', ')}; expected: no failure`);
  });
}
