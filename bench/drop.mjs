// One new file, dropped on no history and on all the others' history: what a drop takes must not grow with what is there.
import { copyFileSync, cpSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { landfall } from './landfall.mjs';
import { median, shown } from './measure.mjs';

/** What the issue of a small drop is about: a file of about so many bytes has about 70,000 rows. */
const TYPICAL = 1.9e6;

/**
 * A file of its own, for a link out of the landing folder is refused.
 * @param {string} from
 * @param {string} to
 */
function place(from, to) {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

/** @param {{ landing: string, work: string, pairs: number }} options */
export async function drop({ landing, work, pairs }) {
  const from = join(landing, 'learnplatform');
  const files = readdirSync(join(from, 'engagement_data'));
  const distance = (name) => Math.abs(statSync(join(from, 'engagement_data', name)).size - TYPICAL);
  const dropped = files.reduce((best, name) => (distance(name) < distance(best) ? name : best));
  const rows =
    readFileSync(join(from, 'engagement_data', dropped), 'utf8')
      .trimEnd()
      .split('\n').length - 1;
  console.log(`\none new file, ${dropped} with ${rows.toLocaleString('en-US')} rows`);
  const bases = {
    'no history': [],
    [`a history of ${files.length - 1} files`]: files.filter((name) => name !== dropped),
  };
  /** @type {Record<string, { walls: number[], folder: string }>} */
  const made = {};
  for (const [name, history] of Object.entries(bases)) {
    const folder = join(work, `base-${Object.keys(made).length}`);
    const target = join(folder, 'landing', 'learnplatform');
    mkdirSync(join(target, 'engagement_data'), { recursive: true });
    for (const file of ['products_info.csv', 'districts_info.csv']) place(join(from, file), join(target, file));
    for (const file of history) place(join(from, 'engagement_data', file), join(target, 'engagement_data', file));
    await landfall(['run', '--landing', join(folder, 'landing'), '--state', join(folder, 'state')]);
    place(join(from, 'engagement_data', dropped), join(target, 'engagement_data', dropped));
    made[name] = { walls: [], folder };
  }
  let slowest = {};
  for (let round = 1; round <= pairs; round += 1) {
    for (const [name, { walls, folder }] of Object.entries(made)) {
      const state = join(folder, 'copy');
      cpSync(join(folder, 'state'), state, { recursive: true });
      const taken = await landfall(['run', '--landing', join(folder, 'landing'), '--state', state, '--json']);
      console.log(`  ${name.padEnd(26)} ${shown(taken)}`);
      walls.push(taken.wall);
      slowest = JSON.parse(taken.stdout);
      rmSync(state, { recursive: true, force: true });
    }
  }
  const [none = { walls: [] }, all = { walls: [] }] = Object.values(made);
  console.log(
    `with history it takes ${none.walls.map((wall, i) => ((all.walls[i] ?? 0) / wall).toFixed(2)).join(', ')} x what it takes with none (medians: ${(median(all.walls) / median(none.walls)).toFixed(2)})`,
  );
  console.log('where the time goes with history, in ms:');
  for (const { name, mode, elapsed } of slowest.models.toSorted((a, b) => b.elapsed - a.elapsed)) {
    console.log(`  ${elapsed.toFixed(0).padStart(6)}  ${name} (${mode})`);
  }
}
