import { parseArgs } from 'node:util';
import { WORDS } from '../../core/plans/dialect.ts';
import { LandfallError } from '../../core/problems.ts';
import { type Command, PROJECT, STATE, TARGET } from '../command.ts';
import { type Format, format } from '../format.ts';
import { openQuarantine } from '../quarantine-place.ts';

export const quarantine: Command = {
  help: `
usage: landfall quarantine list   [--dataset NAME] [--table NAME] [--limit N] [--format table|csv|json] [--state DIR]
       landfall quarantine export [--dataset NAME] [--table NAME] [--out FILE] [--state DIR]
       landfall quarantine replay FILE [--landing DIR] [--state DIR]
       each with [--target aws --stage NAME]

list    the rows that failed their contract and wait in quarantine: a line a failing column, with its reason and the
        row as it came. Newest loads first.
export  one table's rows as a CSV to be edited: a line a row, with where it came from, why it failed (_reasons), and its
        fields under the contract's header, lists and objects as JSON. What is no record stands whole in _raw_row, its
        fields are to be filled in. Fields that the contract protects are empty, for nothing has their text: fill them in
        from the source.
replay  writes the rows that were changed as new files into the landing folder, under <data set>/_replay/<table>/, where
        the next run takes them; nothing is loaded yet. Lines that were deleted or left as they were stay in quarantine.
        Columns that begin with _ tell which row a line is: leave them as they are. A changed line needs the clear text of
        its protected fields, which then stands in the landing folder; a hash or a mask in its place is refused.

  --dataset, --table  export one table at a time: name it where several have rows in quarantine
  --out       the file to write, which must not be there yet; standard output by default
  --landing   the folder that files land in; landing by default
  --state     where the lake is kept; .landfall by default
  --project   the folder with contracts/ and queries/, of a stage what was deployed; Landfall's own by default
  --target    aws is about a deployed stage: its lake is asked under the people's limits, and replay puts the new files
              into its landing bucket, where they are loaded as they arrive. Rows of a table that each file replaces
              can't be replayed there: drop the whole file again. local by default
  --stage     which one, dev by default
`,
  async run(args) {
    const [name, ...rest] = args;
    if (name === 'export') return (await import('./quarantine-export.ts')).exportQuarantine(rest);
    if (name === 'replay') return (await import('./quarantine-replay.ts')).replayQuarantine(rest);
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        ...STATE,
        ...PROJECT,
        ...TARGET,
        dataset: { type: 'string' },
        table: { type: 'string' },
        limit: { type: 'string', default: '100' },
        format: { type: 'string', default: 'table' },
        json: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    });
    if (positionals.length !== 1 || positionals[0] !== 'list') {
      throw new LandfallError(
        { code: 'usage', message: 'expected: landfall quarantine list, export or replay', hint: 'see --help' },
        2,
      );
    }
    const limit = Number(values.limit);
    const as = values.json ? 'json' : values.format;
    if (!Number.isSafeInteger(limit) || limit < 0 || !['table', 'csv', 'json'].includes(as)) {
      throw new LandfallError({ code: 'usage', message: '--limit is a whole number, --format table, csv or json' }, 2);
    }
    const where = [
      "status = 'open'",
      ...(values.dataset === undefined ? [] : [`dataset = ${WORDS.literal.duckdb(values.dataset)}`]),
      ...(values.table === undefined ? [] : [`table_name = ${WORDS.literal.duckdb(values.table)}`]),
    ];
    const place = await openQuarantine(args, values);
    const found = await place.ask((lake) =>
      lake.read(`SELECT source_file, row_number, column_name, reason, raw_row FROM ops.quarantine
        WHERE ${where.join(' AND ')} ORDER BY load_id DESC, row_number, column_name NULLS FIRST LIMIT ${limit}`),
    );
    process.stdout.write(
      found.rows.length === 0 && as === 'table' ? 'the quarantine is empty\n' : format(found, as as Format),
    );
    return 0;
  },
};
