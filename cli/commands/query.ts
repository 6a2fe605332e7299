import { parseArgs } from 'node:util';
import { queryLake } from '../../adapters/local/query.ts';
import { LandfallError } from '../../core/problems.ts';
import type { ResultTable } from '../../core/tabular.ts';
import { type Command, isAws, PROJECT, STATE, TARGET } from '../command.ts';
import { type Format, format } from '../format.ts';
import { tellWaiting } from '../progress.ts';

const FORMATS: readonly string[] = ['table', 'csv', 'json'];

export const query: Command = {
  help: `
usage: landfall query "SELECT …" [--warehouse] [--format table|csv|json] [--state DIR]
                      [--target aws --stage NAME]

Asks the lake one question in Athena SQL. It only reads: nothing else than one SELECT is taken.
csv is RFC 4180 with a header; null is empty, dates are YYYY-MM-DD, times YYYY-MM-DD HH:MM:SS.mmm.

  --warehouse  ask the warehouse instead, as BI tools do, in PostgreSQL's SQL
  --format   table (the default where it is read by a person), csv, json (an array of objects)
  --state    the state folder, .landfall by default
  --target   aws asks a deployed stage, through Athena and under its limits, or with
             --warehouse through Redshift's Data API as BI tools' reader; local, the state folder, by default
  --stage    which one, dev by default

example: landfall query "SELECT * FROM shop.purchases ORDER BY price DESC LIMIT 10" --format csv
`,
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        ...STATE,
        ...PROJECT,
        ...TARGET,
        format: { type: 'string', default: 'table' },
        warehouse: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    });
    const [sql, ...others] = positionals;
    if (sql === undefined || others.length > 0) {
      throw new LandfallError(
        { code: 'usage', message: 'expected one query in quotes', hint: 'landfall query "SELECT 1"' },
        2,
      );
    }
    if (!FORMATS.includes(values.format)) {
      throw new LandfallError(
        { code: 'usage', message: `unknown format "${values.format}", expected ${FORMATS.join(', ')}` },
        2,
      );
    }
    const table = await (isAws(values) ? askDeployed(values, sql) : askState(values, sql));
    process.stdout.write(format(table, values.format as Format));
    return 0;
  },
};

interface Asked {
  readonly state: string;
  readonly stage: string;
  readonly warehouse: boolean;
}

async function askState({ state, warehouse }: Asked, sql: string): Promise<ResultTable> {
  if (!warehouse) return queryLake(state, sql, tellWaiting);
  return (await import('../../adapters/local/warehouse/reader.ts')).queryWarehouse(state, sql);
}

/** The SDK is read when it is needed: a question to the local lake is answered before that would be. */
async function askDeployed({ stage, warehouse }: Asked, sql: string): Promise<ResultTable> {
  if (!warehouse) return (await import('../../adapters/aws/query.ts')).queryDeployed(stage, sql);
  return (await import('../../adapters/aws/warehouse/query.ts')).queryDeployedWarehouse(stage, sql);
}
