// Prints every published figure beside a lake's own, with its query: node print_figures.mjs [STATE] [DATASET]…
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { asPublished, figuresOf, publishedDatasets, texts } from './published.mjs';

const [state = '.landfall', ...chosen] = process.argv.slice(2);
const landfall = fileURLToPath(new URL('../../cli/landfall.mjs', import.meta.url));

/** @param {string} sql */
function query(sql) {
  const args = [landfall, 'query', sql, '--state', state, '--format', 'json'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) {
    console.error(stderr);
    process.exit(status ?? 1);
  }
  return JSON.parse(stdout);
}

let met = 0;
let missed = 0;
for (const dataset of chosen.length === 0 ? publishedDatasets() : chosen) {
  console.log(`\n# ${dataset}`);
  for (const figure of figuresOf(dataset)) {
    const [published, ours] = [texts(figure), asPublished(query(figure.sql), figure)];
    console.log(`\n${figure.figure}\n  ${figure.sql}`);
    for (let row = 0; row < Math.max(published.length, ours.length); row++) {
      const [theirs = '', own = ''] = [published[row], ours[row]].map((values) => (values ?? []).join(' '));
      if (theirs === own) met += 1;
      else missed += 1;
      console.log(`  published ${theirs.padEnd(24)} ours ${own.padEnd(24)} ${theirs === own ? 'equal' : 'DIFFERS'}`);
    }
    if (figure.erratum !== undefined) console.log(`  erratum: ${figure.erratum}`);
  }
}
console.log(`\n${met} rows of published figures are met, ${missed} differ`);
process.exitCode = missed === 0 ? 0 : 1;
