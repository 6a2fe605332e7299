#!/usr/bin/env node
// Starts the engines, rehearses a stage on them, stops them. usage: npm run rehearse [-- --help]
import { fileURLToPath } from 'node:url';
import { withEngines } from '../engines/servers/engines.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

await withEngines({ pairs: 1, name: 'rehearse' }, ({ run }) =>
  run(['--import', 'tsx', 'test/rehearsal/main.ts', ...process.argv.slice(2)], ROOT),
);
