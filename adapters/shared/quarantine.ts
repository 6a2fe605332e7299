/** Questions about rows in quarantine, of every lake alike. */

import type { Contract, TableContract } from '../../core/contracts/types.ts';
import { WORDS } from '../../core/plans/dialect.ts';
import type { Waiting } from '../../core/quarantine/types.ts';
import type { ResultTable } from '../../core/tabular.ts';

type Read = (sql: string) => Promise<ResultTable>;

const quoted = WORDS.identifier.duckdb;
const text = WORDS.literal.duckdb;

export async function waitingTables(read: Read): Promise<Waiting[]> {
  const { rows } = await read(`SELECT dataset, table_name, count(DISTINCT (load_id, row_number)) FROM ops.quarantine
    WHERE status = 'open' GROUP BY dataset, table_name ORDER BY dataset, table_name`);
  return rows.map(([dataset, table, count]) => ({
    dataset: String(dataset),
    table: String(table),
    rows: Number(count),
  }));
}

/** Which of these texts, by column, stand in the clean table: there a protected column has protected forms only. */
export async function storedForms(
  read: Read,
  contract: Contract,
  table: TableContract,
  texts: ReadonlyMap<string, readonly string[]>,
): Promise<string[]> {
  const found: string[] = [];
  for (const [column, typed] of texts) {
    const { rows } = await read(`SELECT DISTINCT ${quoted(column)} FROM ${quoted(contract.schema)}.${quoted(table.name)}
      WHERE ${quoted(column)} IN (${typed.map(text).join(', ')})`);
    found.push(...rows.map(([value]) => String(value)));
  }
  return found;
}
