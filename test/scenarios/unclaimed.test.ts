/** Files that no contract takes: told of by run and status, with a command that works, until one does. */

import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Workspace } from '../support/cli.ts';

const LOANS = 'loan_id,lent_on\n1,2024-01-31\n2,2024-02-01\n';

let work: Workspace;
let project: string;
beforeEach(() => {
  work = new Workspace();
  project = join(work.root, 'library');
  for (const folder of ['contracts', 'queries']) mkdirSync(join(project, folder), { recursive: true });
  const shipped = 'contracts/student-performance.odcs.yaml';
  copyFileSync(shipped, join(project, shipped));
});
afterEach(() => work.close());

interface Told {
  readonly code: string;
  readonly file: string;
  readonly hint: string;
}

const run = (...more: string[]) => work.run('--project', project, '--no-warehouse', ...more);

async function told(...more: string[]): Promise<{ code: number | null; errors: Told[] }> {
  const { code, stdout, stderr } = await run('--json', ...more);
  if (stdout === '') throw new Error(stderr);
  return { code, errors: JSON.parse(stdout).errors };
}

async function strays(): Promise<{ source_file: string; hint: string }[]> {
  const { stdout } = await work.cli(['status', '--json', '--state', work.state]);
  return JSON.parse(stdout).stray_files;
}

/** What a hint says to type. */
function typed(hint: string): string[] {
  const [command = ''] = /landfall contract infer [^;]*/.exec(hint) ?? [];
  const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  return words.slice(1);
}

it('a folder without a contract is told of until it has the one that the hint makes, and then loads', async () => {
  work.drop('town-library/loans.csv', LOANS);
  work.drop('town-library/2024/loans.csv.gz', LOANS);
  const first = await told();
  expect(first).toMatchObject({ code: 3, errors: [{ code: 'no-contract', file: 'town-library/' }] });
  expect(await strays()).toMatchObject([{ source_file: 'town-library/', hint: first.errors[0]?.hint }]);
  const { stdout } = await work.cli(['status', '--state', work.state]);
  expect(stdout).toContain(`${first.errors[0]?.hint}`);
  expect(
    await work.query("SELECT table_name FROM information_schema.tables WHERE table_schema = 'town_library'"),
  ).toEqual([]);
  expect(await work.cli(typed(first.errors[0]?.hint ?? ''))).toMatchObject({ code: 0 });
  expect(await told()).toMatchObject({ code: 0, errors: [] });
  expect(await strays()).toEqual([]);
  expect(await work.query("SELECT sum(rows_read) AS n FROM ops.loads WHERE dataset = 'town-library'")).toEqual([
    { n: 4 },
  ]);
}, 60_000);

it('a folder whose name no data set may have, and a file in no folder, say where to go', async () => {
  work.drop("My Shop's/loans.csv", LOANS);
  work.drop('branches.csv', 'branch_id,name\n1,North\n');
  const { code, errors } = await told();
  expect(code).toBe(3);
  expect(errors.map(({ file }) => file)).toEqual(["My Shop's/", 'branches.csv']);
  expect(errors[0]?.hint).toMatch(
    /infer '.*My Shop'\\''s' --out .*my-shop-s[.]odcs[.]yaml; then rename it to my-shop-s$/,
  );
  expect(errors[1]?.hint).toMatch(/; then move it into .*landing\/branches\//);
  expect(await work.cli(typed(errors[1]?.hint ?? ''))).toMatchObject({ code: 0 });
  const moved = await told();
  expect(moved.errors[1]?.hint).toMatch(/^move it into .*landing\/branches\/$/);
  mkdirSync(join(work.landing, 'branches'));
  renameSync(join(work.landing, 'branches.csv'), join(work.landing, 'branches/branches.csv'));
  rmSync(join(work.landing, "My Shop's"), { recursive: true });
  expect(await told()).toMatchObject({ code: 0, errors: [] });
  expect(await work.query('SELECT name FROM branches.branches')).toEqual([{ name: 'North' }]);
}, 60_000);

it('a file that no table of its data set takes says which command proposes one', async () => {
  work.drop('student-performance/notes 1.csv', LOANS);
  work.drop('student-performance/notes.xlsx', 'PK');
  const { code, errors } = await told();
  expect(code).toBe(3);
  expect(errors.map((error) => `${error.code} ${error.file}`)).toEqual([
    'stray-file student-performance/notes 1.csv',
    'stray-file student-performance/notes.xlsx',
  ]);
  expect(errors[1]?.hint).toMatch(/files land as .csv or .ndjson/);
  const { code: inferred, stdout } = await work.cli(typed(errors[0]?.hint ?? ''));
  expect(inferred).toBe(0);
  expect(stdout).toContain('{property: landing, value: notes*.csv}');
  expect((await strays()).map(({ source_file }) => source_file)).toEqual(errors.map(({ file }) => file));
}, 60_000);

it('what is hidden, unfinished or empty is none, a link is not followed, and a run for one data set looks at it alone', async () => {
  work.drop('.trash/loans.csv', LOANS);
  work.drop('town-library/.loans.csv', LOANS);
  work.drop('town-library/loans.csv.part', LOANS);
  work.drop('upload.csv.tmp', LOANS);
  mkdirSync(join(work.landing, 'empty'));
  expect(await told()).toMatchObject({ code: 0, errors: [] });
  expect(await told('--dry-run')).toMatchObject({ errors: [] });
  symlinkSync(work.root, join(work.landing, 'elsewhere'));
  work.drop('student-performence/a.csv', LOANS);
  expect((await told('--dataset', 'student-performance')).errors).toEqual([]);
  const { errors } = await told('--dry-run');
  expect(errors.map(({ file }) => file)).toEqual(['elsewhere', 'student-performence/']);
  expect(errors[1]?.hint).toMatch(/^rename it to student-performance if that is meant, else landfall contract infer/);
  expect(await strays()).toEqual([]);
  await told();
  expect(await strays()).toHaveLength(2);
  await told('--dataset', 'student-performance');
  expect(await strays()).toHaveLength(2);
}, 60_000);

it('npm start runs on a landing folder that has files for no contract, and tells of them', async () => {
  work.drop('town-library/loans.csv', LOANS);
  const { code, stdout } = await work.cli(['start', '--state', work.state, '--landing', work.landing]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/town-library\/: no contract for 1 file in this folder.*landfall contract infer/);
  expect(readFileSync(join(work.landing, 'town-library/loans.csv'), 'utf8')).toBe(LOANS);
}, 60_000);
