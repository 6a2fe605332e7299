import { fileURLToPath } from 'node:url';
import { measure } from './measure.mjs';

const COMMAND = fileURLToPath(new URL('../cli/landfall.mjs', import.meta.url));

/**
 * Exit code 3 is no failure: real data has rows that are refused.
 * @param {readonly string[]} args
 */
export function landfall(args) {
  return measure(process.execPath, [COMMAND, ...args], [0, 3]);
}
