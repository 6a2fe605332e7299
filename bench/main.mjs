#!/usr/bin/env node
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { drop } from './drop.mjs';
import { landfall } from './landfall.mjs';
import { PEERS } from './peers.mjs';
import { whole } from './whole.mjs';

const HELP = `usage: npm run bench -- [--landing DIR] [--scale N] [--pairs N] [--only whole|drop] [--peers polars,pandas]
                        [--no-warehouse]

Measures Landfall beside scripts that do the same job with polars and pandas, on a machine that does nothing else.

  --landing  a folder with learnplatform/engagement_data/*.csv and the two info files; generated without it
  --scale    how much to generate: 1 is 13 million rows; 1 by default
  --pairs    rounds in turn; 3 by default
  --only     the whole job, or one new file on no history and on all of it; both by default
  --peers    which peers; none for Landfall alone; both by default
  --no-warehouse   leave out what the peers don't do: publishing to PostgreSQL
`;

const { values } = parseArgs({
  options: {
    landing: { type: 'string' },
    scale: { type: 'string', default: '1' },
    pairs: { type: 'string', default: '3' },
    only: { type: 'string' },
    peers: { type: 'string', default: PEERS.join(',') },
    'no-warehouse': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help || !['whole', 'drop', undefined].includes(values.only)) {
  console.log(HELP);
  process.exit(values.help ? 0 : 2);
}
const work = mkdtempSync(join(tmpdir(), 'landfall-bench-'));
try {
  const landing = values.landing === undefined ? join(work, 'landing') : resolve(values.landing);
  if (values.landing === undefined) {
    console.error(`generating learnplatform at scale ${values.scale}`);
    await landfall(['generate', '--dataset', 'learnplatform', '--scale', values.scale, '--out', landing]);
  }
  const pairs = Number(values.pairs);
  const peers = PEERS.filter((name) => values.peers.split(',').includes(name));
  if (values.only !== 'drop') await whole({ landing, work, pairs, peers, warehouse: !values['no-warehouse'] });
  if (values.only !== 'whole') await drop({ landing, work, pairs });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}
