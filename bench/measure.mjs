// What a command takes: wall time, processor time of it and all that it started, and the memory of all of them together.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const PAGE = 4096;
const SAMPLE = 50;

/**
 * @typedef {object} Taken
 * @property {number} wall Seconds.
 * @property {number} cpu Seconds of all processes, user and system.
 * @property {number} peak MiB resident, the sum over all processes at its highest, sampled every 50 ms from /proc.
 * @property {number} code
 * @property {string} stdout
 */

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {readonly number[]} [allowed] exit codes that are no failure
 * @returns {Promise<Taken>}
 */
export async function measure(command, args, allowed = [0]) {
  // bash's time counts every process that was waited for.
  const script = 'TIMEFORMAT="%R %U %S"; { time "$@" 2>&3; } 3>/dev/null';
  const child = spawn('bash', ['-c', script, 'time', command, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, times, peak] = ['', '', 0];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    times += text;
  });
  const timer = setInterval(() => {
    peak = Math.max(peak, residentOf(child.pid ?? 0));
  }, SAMPLE);
  const code = await new Promise((resolve) => child.on('close', resolve));
  clearInterval(timer);
  if (!allowed.includes(code)) throw new Error(`${command} ${args.join(' ')} ended with ${code}`);
  const [wall = 0, user = 0, system = 0] = (times.trim().split('\n').pop() ?? '').split(' ').map(Number);
  return { wall, cpu: user + system, peak, code, stdout };
}

/**
 * Of a process and all below it.
 * @param {number} root
 */
function residentOf(root) {
  const parents = new Map();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      // Shared pages, as of PostgreSQL's buffers, are counted once.
      const [, resident = 0, shared = 0] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ').map(Number);
      parents.set(Number(pid), { parent: Number(fields[1]), own: resident - shared, shared });
    } catch {
      // It ended meanwhile.
    }
  }
  let [own, shared] = [0, 0];
  for (const pid of parents.keys()) {
    for (let at = pid; at !== undefined && at > 1; at = parents.get(at)?.parent) {
      if (at !== root) continue;
      own += parents.get(pid).own;
      shared = Math.max(shared, parents.get(pid).shared);
      break;
    }
  }
  return ((own + shared) * PAGE) / 1024 / 1024;
}

/** @param {Taken} taken */
export function shown({ wall, cpu, peak }) {
  return `${wall.toFixed(2)} s wall, ${cpu.toFixed(2)} s cpu, ${peak.toFixed(0)} MiB`;
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2;
}
