/** The load rules on Spark, of CSV: after each drop, repeat, overlap, correction and late arrival its table is DuckDB's. */

import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import type { Contract, TableContract } from '../../core/contracts/types.ts';
import type { SparkPlan } from '../../core/plans/spark-job.ts';
import { column, contractOf, table } from '../support/contracts.ts';
import { onSparkToo } from './support/twin-tests.ts';
import type { Twins } from './support/twins.ts';

const open = onSparkToo();

const COLUMNS = [
  column('id', 'integer', { required: true }),
  column('day', 'date'),
  column('amount', 'double', { minimum: 0 }),
  column('note', 'string'),
];

function contract(schema: string, more: Partial<TableContract>): Contract {
  return { ...contractOf(table('sales', COLUMNS, { landing: '*.csv', ...more })), dataset: schema, schema };
}

const HEADER = 'id,day,amount,note\n';
const AT = Date.UTC(2021, 0, 10);
const MINUTE = 60_000;

type Step = readonly [what: string, drop: (lake: Twins['lake']) => void];

/** Rows with values in common and of their own, a null in what may be null, and one that fails. */
const A = `${HEADER}1,2020-01-01,1,a\n2,,2,b\n2,,2,b\n3,2020-01-03,-1,c\n`;
const B = `${HEADER}2,,2,b\n4,2020-01-04,4,d\n1,2020-01-01,1.5,a2\n`;

const STEPS: readonly Step[] = [
  ['one file', (lake) => lake.drop('a.csv', A, AT)],
  ['another that overlaps it', (lake) => lake.drop('b.csv', B, AT + MINUTE)],
  ['the first again, under another name', (lake) => lake.drop('c.csv', A, AT + 2 * MINUTE)],
  [
    'one that is late',
    (lake) => lake.drop('late.csv', `${HEADER}4,2020-01-04,3,old\n5,,5,e\n2,,2,b\n2,,2,b\n2,,2,b\n`, AT - MINUTE),
  ],
  ['a correction that takes rows back', (lake) => lake.drop('b.csv', `${HEADER}4,2020-01-04,4,d\n`, AT + 3 * MINUTE)],
  ['a correction that has no sound row', (lake) => lake.drop('c.csv', `${HEADER}x,,,\n`, AT + 4 * MINUTE)],
];

it.each<[string, Partial<TableContract>]>([
  ['merge', { primaryKey: ['id'], partitionBy: ['month(day)'] }],
  ['append', { load: 'append', identity: ['id', 'day', 'note'] }],
  ['append without overlap', { load: 'append', identity: ['id', 'day', 'note'], overlap: 'none' }],
  ['replace', { load: 'replace', primaryKey: ['id'] }],
])(
  'load %s',
  async (mode, more) => {
    const schema = `rules_${mode.replaceAll(' ', '_')}`;
    const twins = await open(contract(schema, more));
    for (const [what, drop] of STEPS) {
      drop(twins.lake);
      const books = await twins.load();
      expect([what, await twins.compare(`${schema}.sales`)]).toMatchObject([what, { onlyDuckdb: [], onlySpark: [] }]);
      expect([what, books.spark]).toEqual([what, books.duckdb]);
    }
    expect(await twins.compareQuarantine()).toMatchObject({ rows: 3, onlyDuckdb: [], onlySpark: [] });
  },
  240_000,
);

it('a file with too many failing rows is refused, and its older version stays', async () => {
  const twins = await open(contract('rules_share', { primaryKey: ['id'], maxBadShare: 0.5 }));
  twins.lake.drop('a.csv', `${HEADER}1,,1,a\n2,,2,b\n`);
  await twins.load();
  twins.lake.drop('a.csv', `${HEADER}1,,9,a\nx,,,\ny,,,\n`);
  const books = await twins.load();
  expect(books.spark).toMatchObject([{ status: 'refused', error: 'share', rows_read: 0 }]);
  expect(books.spark).toEqual(books.duckdb);
  expect(await twins.compare('rules_share.sales')).toMatchObject({ rows: 2, onlyDuckdb: [], onlySpark: [] });
  expect(await twins.compareQuarantine()).toMatchObject({ rows: 0, onlySpark: [] });
}, 120_000);

it('a file of which a column is of another type is refused whole under freeze', async () => {
  const twins = await open(contract('rules_retyped', { primaryKey: ['id'] }));
  twins.lake.drop('a.csv', `${HEADER}1,,1,a\n2,,2,b\n3,,x,\n`);
  const retyped = Array.from({ length: 10 }, (_, row) => `${row}.5,,1,a\n`).join('');
  twins.lake.drop('b.csv', `${HEADER}${retyped}4,,x,\n`);
  const books = await twins.load();
  expect(books.spark).toMatchObject([{ status: 'loaded' }, { status: 'refused', error: 'type', rows_read: 0 }]);
  expect(books.spark).toEqual(books.duckdb);
  expect(await twins.compare('rules_retyped.sales')).toMatchObject({ rows: 2, onlyDuckdb: [], onlySpark: [] });
}, 120_000);

it('a file with a new column gives it to the table under evolve', async () => {
  const twins = await open({ ...contract('rules_evolved', { primaryKey: ['id'] }), drift: 'evolve' });
  twins.lake.drop('a.csv', A, AT);
  await twins.load();
  const steps = [
    `${HEADER.trim()},Unit Price,colour\n1,2020-01-01,1,a,1.50,red\n4,,4,d,,\n`,
    `colour,id,day,amount\nblue,1,2020-01-01,1\n,4,,4\n`,
    `${HEADER}4,2020-01-04,4,d\n`,
  ];
  for (const [index, text] of steps.entries()) {
    twins.lake.drop(index === 2 ? '0.csv' : `${index}.csv`, text, AT + (index + 1) * MINUTE);
    const books = await twins.load();
    expect(books.spark).toEqual(books.duckdb);
    expect(await twins.compare('rules_evolved.sales')).toMatchObject({ rows: 3, onlyDuckdb: [], onlySpark: [] });
  }
  expect(await twins.rows('spark', 'rules_evolved.sales', "WHERE colour = 'blue'")).toHaveLength(1);
}, 240_000);

it('the share of failing rows is a decimal', async () => {
  const twins = await open(contract('rules_decimal', { primaryKey: ['id'], maxBadShare: 0.29 }));
  const rows = (bad: number) => Array.from({ length: 100 }, (_, row) => `${row < bad ? 'x' : row},,1,a\n`).join('');
  twins.lake.drop('a.csv', HEADER + rows(29));
  twins.lake.drop('b.csv', HEADER + rows(30));
  const books = await twins.load();
  expect(books.spark).toMatchObject([{ status: 'loaded', rows_quarantined: 29 }, { status: 'refused' }]);
  expect(books.spark).toEqual(books.duckdb);
}, 120_000);

it('a table of which any text is sound has records that are none', async () => {
  const texts = contractOf(
    table('notes', [column('note', 'string'), column('other', 'string')], {
      landing: '*.csv',
      load: 'append',
      identity: ['note', 'other'],
    }),
  );
  const twins = await open({ ...texts, dataset: 'rules_texts', schema: 'rules_texts' });
  twins.lake.drop('a.csv', 'note,other\na,b,c\nd,e\n');
  const books = await twins.load();
  expect(books.spark).toMatchObject([{ rows_loaded: 1, rows_quarantined: 1 }]);
  expect(books.spark).toEqual(books.duckdb);
  expect(await twins.compareQuarantine()).toMatchObject({ rows: 1, onlyDuckdb: [], onlySpark: [] });
}, 120_000);

it('a contract of other columns and types keeps what has a value of them, also of a file that is gone', async () => {
  const old = contract('rules_types', { primaryKey: ['id'], partitionBy: ['month(day)'] });
  const twins = await open(old);
  twins.lake.drop('a.csv', `${HEADER}1,2020-01-01,1.5,7\n2,2020-02-01,,x\n`, AT);
  twins.lake.drop('gone.csv', `${HEADER}3,2020-01-03,1,8\n4,,2,y\n5,2020-03-05,3,\n`, AT + MINUTE);
  await twins.load();
  twins.lake.remove('gone.csv');
  twins.lake.drop('a.csv', 'note,new,id,day\n7,n,1,2020-01-01 10:00:00\n', AT + 2 * MINUTE);
  const columns = [
    column('note', 'integer'),
    column('new', 'string'),
    column('id', 'bigint', { required: true }),
    column('day', 'timestamp'),
  ];
  const today = contractOf(
    table('sales', columns, { landing: '*.csv', primaryKey: ['id'], partitionBy: ['month(day)'] }),
  );
  const books = await twins.load({ ...today, dataset: 'rules_types', schema: 'rules_types' });
  expect(books.spark).toEqual(books.duckdb);
  expect(await twins.compare('rules_types.sales')).toMatchObject({ rows: 4, onlyDuckdb: [], onlySpark: [] });
}, 120_000);

it('rows of a job that never ended do not come with the next one', async () => {
  const twins = await open(contract('rules_stale', { primaryKey: ['id'] }));
  twins.lake.drop('a.csv', A, AT);
  await twins.load();
  twins.lake.drop('b.csv', B, AT + MINUTE);
  twins.around = async (_plan, run) => {
    await run();
    throw new Error('killed');
  };
  await expect(twins.load()).rejects.toThrow('killed');
  const staged = () => twins.keys('landfall_staged/rules_stale__sales/').filter((key) => key.endsWith('.parquet'));
  expect(staged().length).toBeGreaterThan(1);
  twins.around = (_plan, run) => run();
  twins.lake.drop('b.csv', `${B}6,,1,late\n`, AT + 2 * MINUTE);
  await twins.load();
  expect(await twins.compare('rules_stale.sales')).toMatchObject({ onlyDuckdb: [], onlySpark: [] });
  const loads = await twins.rows('spark', 'ops.loads', 'ORDER BY load_id');
  expect([...new Set(staged().map((key) => key.split('/').at(-2)))].sort()).toEqual(
    loads.map(({ load_id }) => String(load_id)).sort(),
  );
}, 120_000);

it('a plan that runs again changes nothing, also where it had stopped halfway', async () => {
  const twins = await open(contract('rules_again', { primaryKey: ['id'] }));
  twins.lake.drop('a.csv', A, AT);
  await twins.load();
  twins.lake.drop('a.csv', B, AT + MINUTE);
  twins.lake.drop('b.csv', `${HEADER}8,2020-01-04,-4,bad\n9,2020-01-04,4,good\n`, AT + MINUTE);
  const results: unknown[] = [];
  twins.around = async (path, run) => {
    results.push(await run(), await run());
    const [job] = (JSON.parse(readFileSync(path, 'utf8')) as SparkPlan).jobs;
    const folder = join(job?.staged ?? '', String(job?.files[0]?.load_id));
    // As a kill leaves it: a part too many, work that was begun, and a quarantine of another try.
    const [part = ''] = readdirSync(folder).filter((name) => name.endsWith('.parquet') && !name.startsWith('.'));
    cpSync(join(folder, part), join(folder, 'part-99999.parquet'));
    mkdirSync(join(job?.batch ?? '', 'work', '_load_id=1'), { recursive: true });
    writeFileSync(join(job?.batch ?? '', 'work', '_load_id=1', 'part-0.parquet'), 'half');
    writeFileSync(join(job?.batch ?? '', 'quarantine.parquet'), 'half');
    const last = await run();
    results.push(last);
    return last;
  };
  const { duckdb, spark: books } = await twins.load();
  expect(books).toEqual(duckdb);
  expect(results).toHaveLength(3);
  expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1);
  expect(await twins.compare('rules_again.sales')).toMatchObject({ onlyDuckdb: [], onlySpark: [] });
  expect(await twins.compareQuarantine()).toMatchObject({ rows: 2, onlyDuckdb: [], onlySpark: [] });
  expect(twins.keys('batches/').filter((key) => key.endsWith('.parquet'))).toEqual([]);
}, 120_000);

it('protected values are what DuckDB makes of them, in the clean table and in quarantine', async () => {
  const schema = 'rules_protected';
  const people = contractOf(
    table(
      'people',
      [
        column('id', 'integer', { required: true }),
        column('mail', 'string', { protect: 'hmac' }),
        column('card', 'string', { protect: 'mask', pattern: '[0-9]*' }),
        column('name', 'string', { protect: 'drop' }),
      ],
      { landing: '*.csv', primaryKey: ['id'] },
    ),
  );
  const environment = { LANDFALL_PROTECT_KEY: 'a key that is long enough to be one, is it not?' };
  const twins = await open({ ...people, dataset: schema, schema }, { environment });
  const rows =
    '1,a@b.c,1234567890123,Ann\n2,é@b.c,12345,Bob\n3,,,\nx,d@e.f,99999999,"Cy, D"\n4,"g,h",12a45678,Eve\n5,q@r.s,1,2,3\n';
  twins.lake.drop('a.csv', `id,mail,card,name\n${rows}`);
  await twins.load();
  expect(await twins.compare(`${schema}.people`)).toMatchObject({ rows: 3, onlyDuckdb: [], onlySpark: [] });
  expect(await twins.compareQuarantine()).toMatchObject({ rows: 3, onlyDuckdb: [], onlySpark: [] });
}, 120_000);
