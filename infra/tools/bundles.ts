/** `npm run bundles [x86_64]`: what each function's bundle has, unzipped. */

import { LandfallError } from '../../core/problems.ts';
import { readArchitecture } from '../bundles/architecture.ts';
import { bundleFunctions, MOST_BYTES } from '../bundles/bundle.ts';

const MIB = 1024 ** 2;

try {
  const bundles = await bundleFunctions(readArchitecture(process.argv[2]));
  for (const [verb, { architecture, bytes, usesDuckdb, path }] of bundles) {
    const size = `${(bytes / MIB).toFixed(1)} MiB`.padStart(10);
    console.log(`${verb.padEnd(12)} ${architecture} ${size} ${usesDuckdb ? 'with DuckDB' : '           '} ${path}`);
  }
  const largest = Math.max(0, ...[...bundles.values()].map(({ bytes }) => bytes));
  console.log(`${bundles.size} bundles, the largest ${(largest / MIB).toFixed(1)} of ${MOST_BYTES / MIB} MiB`);
} catch (error) {
  if (!(error instanceof LandfallError)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}
