/** Every statement that the warehouse's SQL is made of, over whatever a publication can be. */

import { loadProject } from '../../adapters/local/project.ts';
import { dropTable, prepareBooks, publishSteps, selectPublished } from '../../core/warehouse/statements.ts';
import { warehouseTables } from '../../core/warehouse/tables.ts';
import type { Publication, PublishMode, WarehouseTable, WarehouseType } from '../../core/warehouse/types.ts';

export const TYPES: readonly WarehouseType[] = [
  'string',
  'integer',
  'bigint',
  'double',
  'boolean',
  'date',
  'timestamp',
  'decimal(10,2)',
  'decimal(38,0)',
];

/** All of one table's ways to be published, in order. */
export function statementsOf(table: WarehouseTable, columns: Publication['columns']): readonly string[] {
  const modes: PublishMode[] = [
    { kind: 'create' },
    { kind: 'replace' },
    ...columns.map(({ name }): PublishMode => ({ kind: 'rows', by: [name] })),
    { kind: 'rows', by: columns.map(({ name }) => name) },
  ];
  return modes.flatMap((mode) => {
    const rows = async () => ({ rows: '', keys: null });
    const steps = publishSteps({ table, columns, mode, rows, version: 'v1', definition: 'd1' });
    return steps.flatMap((step) => (step.kind === 'sql' ? separate(step.sql) : []));
  });
}

/** Statements are joined by a line's end, and nothing within one has such an end. */
export function separate(sql: string): readonly string[] {
  return sql.split(/;\n/);
}

/** Of what people write, the worst that a description can be. */
const AWKWARD = 'It\'s 100 %; \\d+ \\\' OR "two"\n  -- lines /* of */ $$ słów $1';

/** Of the tables that the project publishes, and of one that has everything. */
export async function everyStatement(): Promise<readonly string[]> {
  const tables = warehouseTables(await loadProject());
  const columns = TYPES.map((type, index) => ({ name: `column_${index}`, type }));
  const everything: WarehouseTable = {
    dataset: 'tea-shop',
    schema: 'tea_shop',
    name: `everything_${'x'.repeat(52)}`,
    table: `tea_shop.everything_${'x'.repeat(52)}`,
    description: AWKWARD,
    key: ['column_0', 'column_1'],
    comments: Object.fromEntries(columns.map(({ name }) => [name, AWKWARD])),
  };
  return [
    ...separate(prepareBooks()),
    selectPublished(),
    ...tables.flatMap(({ table }) => separate(dropTable(table))),
    ...tables.flatMap((table) =>
      statementsOf(
        table,
        Object.keys(table.comments).map((name, index) => ({ name, type: TYPES[index % TYPES.length] ?? 'string' })),
      ),
    ),
    ...statementsOf(everything, columns),
  ];
}
