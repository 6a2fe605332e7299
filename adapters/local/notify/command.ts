/** A run's outcome on the standard input of a command, which the shell runs as its author wrote it. */

import { type ChildProcess, spawn } from 'node:child_process';
import type { Hook } from './hook.ts';

/** Milliseconds. */
const TIMEOUT = 10_000;

/** What a command has no need of: keys and tokens that are Landfall's own. */
const SECRET = /^LANDFALL_(.*_TOKEN|PROTECT_KEY|WEBHOOK_URL|NOTIFY_COMMAND)$/;

export function callCommand(command: string, environment: NodeJS.ProcessEnv, timeout = TIMEOUT): Hook {
  return async (outcome, ending) => {
    const own = Object.entries(environment).filter(([name]) => !SECRET.test(name));
    const child = spawn(command, {
      shell: true,
      // In a group of its own, so that whatever it starts ends with it.
      detached: process.platform !== 'win32',
      // Standard output is the run's: a script reads it.
      stdio: ['pipe', 2, 2],
      env: { ...Object.fromEntries(own), LANDFALL_RUN_STATUS: ending, LANDFALL_RUN_ID: outcome.run_id },
    });
    // A command need not read what it is given.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(`${JSON.stringify(outcome)}\n`);
    const ended = await endOf(child, timeout);
    return ended === null ? null : `the command in LANDFALL_NOTIFY_COMMAND ${ended}`;
  };
}

function endOf(child: ChildProcess, timeout: number): Promise<string | null> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      stop(child);
      resolve(`did not end in ${timeout / 1000} s, and was stopped`);
    }, timeout);
    child.on('error', ({ code }: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      resolve(`could not be started (${code})`);
    });
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      resolve(code === 0 ? null : code === null ? `was stopped by ${signal}` : `ended with ${code}`);
    });
  });
}

function stop(child: ChildProcess): void {
  try {
    if (child.pid === undefined || process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}
