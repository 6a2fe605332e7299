import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { stateFile } from '../../adapters/local/lake/database.ts';
import { readLake } from '../../adapters/local/query.ts';
import { LandfallError } from '../../core/problems.ts';
import { type Command, STATE } from '../command.ts';
import { type Format, format } from '../format.ts';

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
    if (!existsSync(stateFile(values.state))) {
      throw new LandfallError({
        code: 'no-lake',
        file: values.state,
        message: 'there is no lake yet',
        hint: 'landfall run makes it',
      });
    }
    const where = [
      "status = 'open'",
      ...(values.dataset === undefined ? [] : [`dataset = ${text(values.dataset)}`]),
      ...(values.table === undefined ? [] : [`table_name = ${text(values.table)}`]),
    ];
    const wait = (holder: string) => process.stderr.write(`waiting for ${holder}, which is writing to the lake\n`);
    const found = await readLake(values.state, wait, (read) =>
      read(`SELECT source_file, row_number, column_name, reason, raw_row FROM ops.quarantine
        WHERE ${where.join(' AND ')} ORDER BY load_id DESC, row_number, column_name NULLS FIRST LIMIT ${limit}`),
    );
    process.stdout.write(
      found.rows.length === 0 && as === 'table' ? 'the quarantine is empty\n' : format(found, as as Format),
    );
    return 0;
  },
};

const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
