/** Rehearses a deployment: what the stacks synthesize, run whole on real engines, and compared with a laptop. */

import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { type Compared, compareAll } from './comparison.ts';
import { firstAct } from './first-act.ts';
import { writePage } from './page.ts';
import { refreshedIn } from './refreshed.ts';
import { Rehearsal } from './rehearsal.ts';
import { Room } from './room.ts';
import { SCENES, secondAct } from './second-act.ts';
import { printSummary } from './summary.ts';
import { Transcript } from './transcript.ts';
import { unmadeIn } from './unmade.ts';

const HELP = `usage: npm run rehearse [-- OPTIONS]

Synthesizes the stacks, makes them of engines on this machine, and plays two acts on them: data sets land and the
schedule fires; then faults, corrections and repeats. After each, every table in Athena and Redshift is compared with
what a laptop makes of the same files. Ends with 1 where anything differs, or a role lacks a right.

  --full         the sample of npm start, instead of a smaller one
  --dataset NAME rehearses this one alone; may come more than once
  --act NUMBER   1 for the first act alone
  --scene NAME   plays this one of the second act alone; may come more than once: ${SCENES.map(({ id }) => id).join(', ')}
  --page FOLDER  draws the timeline into a folder, as docs/ has it
`;

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    dataset: { type: 'string', multiple: true, default: [] },
    act: { type: 'string' },
    scene: { type: 'string', multiple: true, default: [] },
    page: { type: 'string' },
    help: { type: 'boolean' },
  },
});

async function main(): Promise<number> {
  if (values.help === true) {
    process.stdout.write(HELP);
    return 0;
  }
  const unknown = values.scene.filter((name) => !SCENES.some(({ id }) => id === name));
  if (unknown.length > 0) {
    process.stderr.write(
      `no scene is called ${unknown.join(', ')}, expected ${SCENES.map(({ id }) => id).join(', ')}\n`,
    );
    return 2;
  }
  const transcript = new Transcript();
  const room = new Room(tmpdir());
  const rehearsal = await Rehearsal.open(transcript, { isFull: values.full, datasets: values.dataset });
  const compared = new Map<string, readonly Compared[]>();
  try {
    for (const { type, count, why } of unmadeIn(rehearsal.stage.templates))
      transcript.say(`not made: ${count} ${type} (${why})`);
    await firstAct(rehearsal);
    compared.set('first act', await compareAll(rehearsal, 'first act'));
    if (values.act !== '1') {
      await secondAct(rehearsal, values.scene);
      compared.set('second act', await compareAll(rehearsal, 'second act'));
    }
    const { told, never } = await refreshedIn(rehearsal);
    transcript.say(told);
    // A part of the second act may leave them as they are.
    if (values.act !== '1' && values.scene.length === 0 && never.length > 0)
      transcript.problems.push(`never refreshed by changed rows: ${never.join(', ')}`);
    const code = printSummary(rehearsal, compared, room);
    if (values.page !== undefined && code === 0) writePage(values.page, transcript, compared);
    return code;
  } finally {
    await rehearsal.close();
  }
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`the rehearsal FAILED: ${error instanceof Error ? error.message : String(error)}\n`);
  return 1;
});
