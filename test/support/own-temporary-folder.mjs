// Whatever tests leave in the temporary folder goes with it: each run of jest has one of its own.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SIGNALS } from './signals.mjs';

/** Once for all the projects of a run; the workers and what they start have it from the environment. */
let isSetUp = false;

export default function ownTemporaryFolder() {
  if (isSetUp) return;
  isSetUp = true;
  const folder = mkdtempSync(join(tmpdir(), 'landfall-tests-'));
  // As the machine's own is: PostgreSQL runs as another account than root, and so do some commands.
  chmodSync(folder, 0o1777);
  process.env['TMPDIR'] = folder;
  process.once('exit', () => {
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    } catch (error) {
      // What the tests came to is not to hang on it.
      console.error(`${folder} is left: ${error instanceof Error ? error.message : error}`);
    }
  });
  for (const [signal, code] of Object.entries(SIGNALS)) process.once(signal, () => process.exit(code));
}
