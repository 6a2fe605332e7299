// Child processes that never outlive the one that started them, however it ends.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE = 10_000;

/** Its standard input ends with this process, a SIGKILL included; then it kills the groups that it was told. */
const WATCHDOG = `while read -r pid; do groups="$groups -$pid"; done
[ -z "$groups" ] || kill -s KILL -- $groups
[ -z "$1" ] || rm -rf -- "$1"`;

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

export class Processes {
  /** @type {ChildProcess[]} */
  #children = [];
  /** @type {ChildProcess} */
  #watchdog;
  /** @type {Promise<void> | null} */
  #stopping = null;

  /** @param {string} folder is removed where this process is killed; empty for none */
  constructor(folder) {
    const stdio = /** @type {const} */ (['pipe', 'ignore', 'ignore']);
    this.#watchdog = spawn('sh', ['-c', WATCHDOG, 'watchdog', folder], { stdio: [...stdio], detached: true });
    this.#watchdog.stdin?.on('error', () => {});
  }

  /**
   * In a process group of its own: Ctrl-C reaches this process alone, which then stops its children in order.
   * @param {string} command
   * @param {readonly string[]} args
   * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, log?: string }} options log takes all that it says
   */
  start(command, args, { log, ...options }) {
    if (this.#stopping !== null) throw new Error(`${command} is not started any more`);
    const out = log === undefined ? 'inherit' : openSync(log, 'a');
    try {
      const child = spawn(command, args, { ...options, stdio: ['ignore', out, out], detached: true });
      child.on('error', (error) => console.error(`engines: ${command} can't be started: ${error.message}`));
      this.#children.push(child);
      if (child.pid !== undefined) this.#watchdog.stdin?.write(`${child.pid}\n`);
      return child;
    } finally {
      if (typeof out === 'number') closeSync(out);
    }
  }

  /** However often it is asked, once. */
  stop() {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** The last that was started goes first. */
  async #stop() {
    for (const child of this.#children.splice(0).reverse()) await stopGroup(child);
    this.#watchdog.kill('SIGKILL');
  }
}

/** @param {ChildProcess} child */
async function stopGroup({ pid }) {
  if (pid === undefined) return;
  const end = Date.now() + PATIENCE;
  for (let signal = /** @type {NodeJS.Signals | 0} */ ('SIGTERM'); signalGroup(pid, signal); signal = 0) {
    if (Date.now() > end) {
      signalGroup(pid, 'SIGKILL');
      return;
    }
    await sleep(50);
  }
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals | 0} signal
 * @returns {boolean} whether anyone is left in the group
 */
function signalGroup(pid, signal) {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

/**
 * @param {{ name: string, child: ChildProcess, log: string, seconds: number, isReady: () => Promise<boolean> }} server
 * @throws with the end of its log, where it ends or stays silent
 */
export async function untilReady({ name, child, log, seconds, isReady }) {
  const end = Date.now() + seconds * 1000;
  let last = '';
  /** @param {Error} error */
  const notYet = ({ message }) => {
    last = message;
    return false;
  };
  while (!(await isReady().catch(notYet))) {
    const isOver = child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
    if (isOver || Date.now() > end) {
      const what = isOver ? 'ended as it started' : `was not ready after ${seconds} s`;
      throw new Error(`${name} ${what}: ${last}; the end of ${log}:\n${tail(log)}`);
    }
    await sleep(200);
  }
}

/** @param {string} log */
function tail(log) {
  return readFileSync(log, 'utf8').trimEnd().split('\n').slice(-40).join('\n');
}
