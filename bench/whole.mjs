// The whole job, from landed files to the report, beside the peers on the same files, in turn.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { landfall } from './landfall.mjs';
import { measure, median, shown } from './measure.mjs';
import { linkData, PEERS, peerArgs, python } from './peers.mjs';

/** @param {{ landing: string, work: string, pairs: number, peers: readonly string[], warehouse: boolean }} options */
export async function whole({ landing, work, pairs, peers, warehouse }) {
  console.log(`\nthe whole job on ${landing}, ${pairs} rounds in turn`);
  const command = ['run', '--dataset', 'learnplatform', ...(warehouse ? [] : ['--no-warehouse'])];
  const interpreter = peers.length === 0 ? '' : python();
  const data = join(work, 'data');
  if (peers.length > 0) linkData(landing, data);
  /** @type {Map<string, import('./measure.mjs').Taken[]>} */
  const taken = new Map();
  const note = (name, result) => {
    taken.set(name, [...(taken.get(name) ?? []), result]);
    console.log(`  ${name.padEnd(9)} ${shown(result)}`);
  };
  for (let round = 1; round <= pairs; round += 1) {
    console.log(`round ${round}`);
    for (const peer of PEERS.filter((name) => peers.includes(name))) {
      const out = join(work, 'out');
      note(peer, await measure(interpreter, peerArgs(peer, data, out)));
      rmSync(out, { recursive: true, force: true });
    }
    const state = join(work, 'state');
    mkdirSync(state, { mode: 0o755 });
    note('landfall', await landfall([...command, '--landing', landing, '--state', state, '--json']));
    rmSync(state, { recursive: true, force: true });
  }
  const own = taken.get('landfall') ?? [];
  for (const peer of peers) {
    const ratios = own.map(({ wall }, round) => wall / (taken.get(peer)?.[round]?.wall ?? Number.NaN));
    console.log(
      `landfall takes ${ratios.map((ratio) => ratio.toFixed(2)).join(', ')} x the wall time of ${peer} (median ${median(ratios).toFixed(2)})`,
    );
  }
  console.log(`landfall's peak memory: ${Math.max(...own.map(({ peak }) => peak)).toFixed(0)} MiB`);
}
