// Prints every published kiosk figure beside a lake's own, with its query: node print_figures.mjs [STATE]
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const state = process.argv[2] ?? '.landfall';
const landfall = fileURLToPath(new URL('../../../cli/landfall.mjs', import.meta.url));
const figures = JSON.parse(readFileSync(new URL('./figures.json', import.meta.url), 'utf8'));

/** @param {string} sql */
function query(sql) {
  const args = [landfall, 'query', sql, '--state', state, '--format', 'json'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) {
    console.error(stderr);
    process.exit(status ?? 1);
  }
  return JSON.parse(stdout).map(Object.values);
}

let wrong = 0;
for (const { figure, sql, published, erratum } of figures) {
  const ours = query(sql);
  console.log(`\n${figure}\n  ${sql}`);
  for (let row = 0; row < Math.max(published.length, ours.length); row++) {
    const [theirs, own] = [published[row], ours[row]].map((values) => (values ?? []).join(' '));
    if (theirs !== own) wrong += 1;
    console.log(`  published ${theirs.padEnd(20)} ours ${own.padEnd(20)} ${theirs === own ? 'equal' : 'DIFFERS'}`);
  }
  if (erratum !== undefined) console.log(`  erratum: ${erratum}`);
}
console.log(`\n${wrong === 0 ? 'every published figure is met' : `${wrong} figures differ`}`);
process.exitCode = wrong === 0 ? 0 : 1;
