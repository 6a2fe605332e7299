#!/usr/bin/env node
// The whole LearnPlatform job beside a peer's, on the same files, in turn:
//   node bench/learnplatform.mjs LANDING PEER_COMMAND [PAIRS]
// LANDING holds learnplatform/…; PEER_COMMAND is run by sh. Prints wall time and the peak memory of all processes.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [landing, peer, pairs = '3'] = process.argv.slice(2);
if (landing === undefined || peer === undefined) {
  console.error('usage: node bench/learnplatform.mjs LANDING PEER_COMMAND [PAIRS]');
  process.exit(2);
}
const landfall = fileURLToPath(new URL('../cli/landfall.mjs', import.meta.url));

/** Resident memory of a process and all below it, in MiB, from /proc. */
function residentOf(root) {
  const parents = new Map();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      parents.set(Number(pid), { parent: Number(fields[1]), pages: Number(fields[21]) });
    } catch {
      // It ended meanwhile.
    }
  }
  let pages = 0;
  for (const [pid, { pages: own }] of parents) {
    for (let at = pid; at !== undefined && at > 1; at = parents.get(at)?.parent) {
      if (at === root) {
        pages += own;
        break;
      }
    }
  }
  return (pages * 4096) / 1024 / 1024;
}

async function measure(command, args) {
  const start = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, residentOf(child.pid));
  }, 50);
  const code = await new Promise((resolve) => child.on('exit', resolve));
  clearInterval(timer);
  // 3: done, but rows were refused, as some of the real data's are.
  if (code !== 0 && code !== 3) throw new Error(`${command} ${args.join(' ')} ended with ${code}`);
  return { seconds: (performance.now() - start) / 1000, peak, code };
}

const show = ({ seconds, peak, code }) => `${seconds.toFixed(2)} s, ${peak.toFixed(0)} MiB, exit ${code}`;
const ratios = [];
for (let pair = 1; pair <= Number(pairs); pair += 1) {
  const theirs = await measure('sh', ['-c', peer]);
  const state = mkdtempSync(join(tmpdir(), 'landfall-bench-'));
  const ours = await measure(process.execPath, [
    landfall,
    'run',
    '--landing',
    landing,
    '--state',
    state,
    ...(process.env.BENCH_PROJECT ? ['--project', process.env.BENCH_PROJECT] : []),
  ]);
  rmSync(state, { recursive: true, force: true });
  ratios.push(ours.seconds / theirs.seconds);
  console.log(
    `pair ${pair}: peer ${show(theirs)}; landfall ${show(ours)}; ${(ours.seconds / theirs.seconds).toFixed(2)} x`,
  );
}
console.log(
  `landfall takes ${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)} x the peer's wall time`,
);
