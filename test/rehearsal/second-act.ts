/** What goes wrong between two scheduled runs, and what it comes to. */

import { STEPS, type Step } from '../../adapters/aws/run/manifests.ts';
import type { Rehearsal } from './rehearsal.ts';
import { bulk, newColumn, pull } from './scenes/changes.ts';
import { killedIngest, lostLease } from './scenes/faults.ts';
import { overlaps, POISON, poison, repeats } from './scenes/loads.ts';
import type { Scene } from './scenes/scene.ts';

export const SCENES: readonly Scene[] = [
  ...[overlaps, killedIngest, poison, repeats, lostLease],
  ...[pull, newColumn, bulk],
];

/** A scene that fails keeps no other from being played. @param wanted ids; all where there are none */
export async function secondAct(rehearsal: Rehearsal, wanted: readonly string[]): Promise<void> {
  const { transcript, sample } = rehearsal;
  for (const { id, title, datasets, play } of SCENES) {
    if (wanted.length > 0 && !wanted.includes(id)) continue;
    const missing = datasets.filter((one) => !sample.files.has(one));
    if (missing.length > 0) {
      transcript.say(`left out: ${title} (${missing.join(', ')} is not rehearsed)`);
      continue;
    }
    const isPlayed = await transcript.attempt('fault', title, async () => {
      transcript.say(`  outcome: ${await play(rehearsal)}`);
    });
    if (!isPlayed) await transcript.attempt('act', 'end what the scene has left', () => rehearsal.rest());
  }
  await transcript.attempt('act', 'look for messages that were given up', () => expectNoneGivenUp(rehearsal));
}

/** @throws Error with what lies in a dead-letter queue and was not put there by a scene */
async function expectNoneGivenUp({ pump }: Rehearsal): Promise<void> {
  for (const step of Object.keys(STEPS) as Step[]) {
    const others = (await pump.failed(step)).filter(({ body }) => body !== POISON);
    if (others.length > 0) throw new Error(`of ${step}: ${others.map(({ body }) => body.slice(0, 300)).join('; ')}`);
  }
}
