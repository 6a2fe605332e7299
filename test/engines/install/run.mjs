// Runs a command of the installation.
import { spawn } from 'node:child_process';

/**
 * Not synchronous: the lock's heartbeat goes on meanwhile.
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {Promise<string>} its standard output
 * @throws with all that it said, where it fails
 */
export function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(stdout);
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}\n${stdout}${stderr}`.trimEnd()));
    });
  });
}
