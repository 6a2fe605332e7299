import { parseArgs } from 'node:util';
import { readLake } from '../../adapters/local/query.ts';
import { WORDS } from '../../core/plans/dialect.ts';
import { LandfallError } from '../../core/problems.ts';
import { type Command, STATE } from '../command.ts';
import { type Format, format } from '../format.ts';
import { tellWaiting } from '../progress.ts';

export const quarantine: Command = {
  help: `
usage: landfall quarantine list [--dataset NAME] [--table NAME] [--limit N] [--format table|csv|json] [--state DIR]

Lists the rows that failed their contract and wait in quarantine: a line a failing column, with its reason and the row
as it came. Newest loads first.
`,
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        ...STATE,
        dataset: { type: 'string' },
        table: { type: 'string' },
        limit: { type: 'string', default: '100' },
        format: { type: 'string', default: 'table' },
        json: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    });
    if (positionals.length !== 1 || positionals[0] !== 'list') {
      throw new LandfallError({ code: 'usage', message: 'expected: landfall quarantine list', hint: 'see --help' }, 2);
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
    const found = await readLake(values.state, tellWaiting, (read) =>
      read(`SELECT source_file, row_number, column_name, reason, raw_row FROM ops.quarantine
        WHERE ${where.join(' AND ')} ORDER BY load_id DESC, row_number, column_name NULLS FIRST LIMIT ${limit}`),
    );
    process.stdout.write(
      found.rows.length === 0 && as === 'table' ? 'the quarantine is empty\n' : format(found, as as Format),
    );
    return 0;
  },
};
