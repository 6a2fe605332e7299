/**
 * A first start, once for all files that look at its report: none of them writes to it. Plain JavaScript, as Jest reads
 * it before it transforms anything; the workers get the address with their environment.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ownTemporaryFolder from '../support/own-temporary-folder.mjs';

export default function start() {
  ownTemporaryFolder();
  const root = mkdtempSync(join(tmpdir(), 'landfall-browser-'));
  const landfall = fileURLToPath(new URL('../../cli/landfall.mjs', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [landfall, 'start'], { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  process.env['LANDFALL_FIRST_REPORT'] = pathToFileURL(join(root, '.landfall/sample/report/index.html')).href;
}
