#!/usr/bin/env node
// Breaks one rule at a time in a copy of the project and says which tests notice. usage: npm run test:mutations [NAME…]
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MUTATIONS } from './mutations.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Characters of what a rehearsal says of a table, which has examples of its rows. */
const LONGEST = 200;
const RULES = ['test/scenarios/load-rules.test.ts', 'test/adapters/local/load.test.ts'];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in MUTATIONS));
if (unknown.length > 0) {
  console.error(`no mutation is called ${unknown.join(', ')}, expected ${Object.keys(MUTATIONS).join('; ')}`);
  process.exit(2);
}

let survivors = 0;
for (const [name, mutation] of Object.entries(MUTATIONS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n== ${name}`);
  const failed = failing(mutation);
  if (failed.length === 0) survivors += 1;
  console.log(failed.length === 0 ? 'NOTHING FAILED' : failed.map((line) => `failed: ${line}`).join('\n'));
}
process.exitCode = survivors === 0 ? 0 : 1;

/**
 * The names of the tests that fail with it.
 * @param {import('./mutations.mjs').Mutation} mutation
 * @returns {string[]}
 */
function failing({ file, from, to, tests = RULES, rehearsal }) {
  const copy = mkdtempSync(join(tmpdir(), 'landfall-mutation-'));
  try {
    const tracked = execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' }).trimEnd().split('\n');
    for (const path of tracked) cpSync(join(ROOT, path), join(copy, path), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    const source = readFileSync(join(copy, file), 'utf8');
    if (source.split(from).length !== 2) throw new Error(`${file} must hold this once: ${from}`);
    writeFileSync(
      join(copy, file),
      source.replace(from, () => to),
    );
    console.log(diff(join(ROOT, file), join(copy, file), file));
    if (rehearsal !== undefined) return rehearsed(copy, rehearsal);
    const result = join(copy, 'result.json');
    const configs = ['jest.config.json', 'test/scenarios/jest.config.json'];
    const jest = ['--experimental-vm-modules', join(ROOT, 'node_modules/jest/bin/jest.js'), '--projects', ...configs];
    const runner = tests.every((test) => test.startsWith('test/engines/')) ? ['test/engines/run.mjs'] : jest;
    const options = ['--json', `--outputFile=${result}`, '--silent'];
    spawnSync(process.execPath, [...runner, ...options, ...tests], { cwd: copy, stdio: 'ignore' });
    /** @type {{ testResults: { message: string, assertionResults: { status: string, fullName: string }[] }[] }} */
    const { testResults } = JSON.parse(readFileSync(result, 'utf8'));
    const broken = testResults.filter(({ assertionResults }) => assertionResults.length === 0);
    if (broken.length > 0) throw new Error(`the copy does not run: ${broken[0]?.message}`);
    return testResults.flatMap(({ assertionResults }) =>
      assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
    );
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/**
 * What a rehearsal says of whatever did not come as it had to.
 * @param {string} copy
 * @param {readonly string[]} options
 * @returns {string[]}
 */
function rehearsed(copy, options) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['test/rehearsal/run.mjs', ...options], {
    cwd: copy,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 ** 2,
  });
  const lines = `${stdout}\n${stderr}`.split('\n');
  const named = lines.filter((line) => /^(FAILED:|refused:|the rehearsal FAILED:) /.test(line));
  const differing = lines.filter((line) => /^\w+[.]\w+ in (Athena|Redshift): /.test(line));
  const failed = [...named, ...differing].map((line) => line.slice(0, LONGEST));
  if (status !== 0 && failed.length === 0) throw new Error(`the copy does not run: ${stderr}`);
  return failed;
}

/**
 * Only its lines that differ, with their number.
 * @param {string} before
 * @param {string} after
 * @param {string} name
 */
function diff(before, after, name) {
  const { stdout } = spawnSync('git', ['diff', '--no-index', '--unified=0', before, after], { encoding: 'utf8' });
  return [name, ...stdout.split('\n').filter((line) => /^(@@|[-+](?![-+]))/.test(line))].join('\n');
}
