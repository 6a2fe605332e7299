/** Every statement that the warehouse's SQL is made of, over whatever a publication can be. */

import { loadProject } from '../../adapters/local/project.ts';
import {
  migrationsOf,
  rememberMigrated,
  selectHasBooks,
  selectMigrated,
  selectUser,
  setPassword,
} from '../../core/warehouse/migrations.ts';
import {
  commentStatements,
  selectStaged,
  stageStatements,
  switches,
  switchStatements,
} from '../../core/warehouse/redshift.ts';
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
export function publicationsOf(table: WarehouseTable, columns: Publication['columns']): readonly Publication[] {
  const modes: PublishMode[] = [
    { kind: 'create' },
    { kind: 'replace' },
    ...columns.map(({ name }): PublishMode => ({ kind: 'rows', by: [name], since: 'v0' })),
    { kind: 'rows', by: columns.map(({ name }) => name), since: 'v0' },
  ];
  const rows = async () => ({ rows: '', keys: null });
  return modes.map((mode) => ({ table, columns, mode, rows, version: 'v1', definition: 'd1' }));
}

export function statementsOf(table: WarehouseTable, columns: Publication['columns']): readonly string[] {
  return publicationsOf(table, columns).flatMap((publication) =>
    publishSteps(publication).flatMap((step) => (step.kind === 'sql' ? separate(step.sql) : [])),
  );
}

/** As Redshift is asked: what a publication stages and switches, and what the migrations make. */
export async function everyRedshiftStatement(): Promise<readonly string[]> {
  const project = await loadProject();
  const tables = [...warehouseTables(project), everything];
  const columns = new Map(tables.map((table) => [table.table, columnsOf(table)]));
  const publications = tables.flatMap((table) => publicationsOf(table, columnsOf(table)));
  const staged = publications.flatMap((publication, index) =>
    [
      { rows: 's3://lake/exports/1/', keys: 's3://lake/exports/2/' },
      { rows: null, keys: null },
    ].map((exported, place) => ({ publication, exported, mark: `${index}a${place}` })),
  );
  const role = 'arn:aws:iam::123456789012:role/copy';
  const migrations = migrationsOf(project, columns, 'landfall', { readerTimeout: 1000, readerConnections: 2 });
  return [
    ...staged.flatMap((one) => [...stageStatements(one, role), ...commentStatements(one)]),
    ...switches(staged).flatMap((group) => switchStatements(group, ['tea_shop.gone'], ['landfall.landfall_rows_1'])),
    ...migrations.flatMap(({ statements }) => statements.flatMap(({ sql, unless = [] }) => [sql, ...[unless].flat()])),
    ...rememberMigrated('0'.repeat(64)),
    ...[selectHasBooks(), selectMigrated(), selectStaged(), selectPublished(), selectUser('bi_reader')],
    ...[true, false].map((isNew) => setPassword('bi_reader', 'sha256|12|34', isNew)),
  ];
}

/** Statements are joined by a line's end, and nothing within one has such an end. */
export function separate(sql: string): readonly string[] {
  return sql.split(/;\n/);
}

/** Of what people write, the worst that a description can be. */
export const AWKWARD = 'It\'s 100 %; \\d+ \\\' OR "two"\n  -- lines /* of */ $$ słów $1';

/** A table of every type, with the longest name and the worst of comments. */
const everything: WarehouseTable = {
  dataset: 'tea-shop',
  schema: 'tea_shop',
  name: `everything_${'x'.repeat(52)}`,
  table: `tea_shop.everything_${'x'.repeat(52)}`,
  description: AWKWARD,
  key: ['column_0', 'column_1'],
  comments: Object.fromEntries(TYPES.map((_, index) => [`column_${index}`, AWKWARD])),
  layout: { distkey: 'column_0', sortkey: 'column_1' },
};

function columnsOf({ comments }: WarehouseTable): Publication['columns'] {
  return Object.keys(comments).map((name, index) => ({ name, type: TYPES[index % TYPES.length] ?? 'string' }));
}

/** Of the tables that the project publishes, and of one that has everything. */
export async function everyStatement(): Promise<readonly string[]> {
  const tables = warehouseTables(await loadProject());
  return [
    ...separate(prepareBooks()),
    selectPublished(),
    ...tables.flatMap(({ table }) => separate(dropTable(table))),
    ...[...tables, everything].flatMap((table) => statementsOf(table, columnsOf(table))),
  ];
}
