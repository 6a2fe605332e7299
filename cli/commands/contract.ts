import { parseArgs } from 'node:util';
import { readProject } from '../../adapters/local/project.ts';
import { unprotectedColumns } from '../../core/contracts/check-protect.ts';
import { formatProblem, LandfallError } from '../../core/problems.ts';
import { counted } from '../../core/words.ts';
import { type Command, PROJECT } from '../command.ts';

export const contract: Command = {
  help: `
usage: landfall contract check [--project DIR] [--json]
       landfall contract diff REV | --against DIR [--project DIR] [--json]
       landfall contract infer FILE… [--dataset NAME] [--out FILE]

check reads every contract, model, analysis and dashboard, and tells every mistake at once as
file:line:column: what, expected what, did you mean …
Columns that are classified as restricted and have no \`protect\` are named too; they are no mistake.

diff compares the contracts as they are with those of a git revision, such as main, v1.2 or HEAD~3. It tells each change,
who reads what changed, what becomes of rows already loaded, and whom it breaks:
readers: queries, models, panels, BI tools. A column is gone, has another name, type or unit, may be null or out of its
old limits, or a table counts its rows otherwise.
senders: whoever drops files. Files that were taken are refused, or rows of them go to quarantine.
Where a branch's base has moved on, ask for where it began: contract diff "$(git merge-base main HEAD)".

infer proposes a contract for files that have none (.csv, .ndjson, each with .gz or without; a folder stands for all in
it), with its confidence as comments. Files with the same header in one folder are one table. Every row is read. It prints
the contract, what to do next on standard error, and refuses files that could not land, with what to do about them.

  --project   check, diff: the folder with contracts/ and queries/; Landfall's own by default; for REV, in a git repository
  --against   diff: compares with the contracts of another such folder, without git
  --json      print it as JSON
  --dataset   infer: the data set's name; by default that of the file in --out, or of the folder that the files are in
  --out       infer: the file to write, NAME.odcs.yaml, which must not be there yet

exit codes: 0 no mistakes, nothing breaking, 1 mistakes, or a breaking change, 2 wrong usage, or nothing to compare with
`,
  async run(args) {
    if (args[0] === 'diff') return (await import('./contract-diff.ts')).diff(args.slice(1));
    if (args[0] === 'infer') return (await import('./contract-infer.ts')).infer(args.slice(1));
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...PROJECT, json: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    if (positionals.length !== 1 || positionals[0] !== 'check') {
      throw new LandfallError(
        { code: 'usage', message: 'expected: landfall contract check, diff or infer', hint: 'see --help' },
        2,
      );
    }
    const { project, problems } = await readProject(values.project);
    const unprotected = project.contracts.flatMap(unprotectedColumns);
    if (values.json) {
      process.stdout.write(
        `${JSON.stringify({ status: problems.length === 0 ? 'succeeded' : 'failed', errors: problems, unprotected }, null, 2)}\n`,
      );
    } else {
      for (const problem of problems) process.stdout.write(`${formatProblem(problem)}\n`);
      for (const column of unprotected)
        process.stdout.write(`${column} is restricted and stored as it comes: protect?\n`);
      const { contracts, models, analyses, dashboards } = project;
      const counts = [
        counted(contracts.length, 'contract'),
        counted(models.length, 'model'),
        counted(analyses.length, 'analysis', 'analyses'),
        counted(dashboards.length, 'dashboard'),
      ].join(', ');
      process.stdout.write(
        problems.length === 0 ? `${counts}: no mistakes\n` : `${counted(problems.length, 'mistake')}\n`,
      );
    }
    return problems.length === 0 ? 0 : 1;
  },
};
