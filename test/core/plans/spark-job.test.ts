import { expect, it } from '@jest/globals';
import { planLoad } from '../../../core/plans/load-plan.ts';
import { type JobFile, sparkJob } from '../../../core/plans/spark-job.ts';
import type { FileVersion } from '../../../core/ports.ts';
import { column, contractOf, table } from '../../support/lake.ts';

const COLUMNS = [
  column('id', 'integer', { required: true }),
  column('we`ird', 'string', { description: "it's \\ odd" }),
  column('day', 'date', { source: { kind: 'file', pattern: '(\\d+-\\d+-\\d+)' } }),
];

function file(key: string, more: Partial<JobFile> & { header?: readonly string[] } = {}): JobFile {
  const { header = ['id', 'we`ird'], ...own } = more;
  const version = { file: { key }, header, headerLines: 1 } as unknown as FileVersion;
  return {
    version,
    loadId: 1,
    path: `s3://landing/${key}`,
    arrivedAt: 1.5,
    supersedes: [],
    ...own,
  };
}

const job = (files: readonly JobFile[], more: Parameters<typeof table>[2] = {}, isErased = false) => {
  const own = table('sales', COLUMNS, { primaryKey: ['id'], ...more });
  return sparkJob({ plan: planLoad(contractOf(own), own, 'spark'), table: own, files, current: [], isErased });
};

it('files with one header share a layout, whatever the order of the columns', () => {
  const { layouts, files } = job([
    file('shop/sales/2020-01-01.csv'),
    file('shop/sales/2020.01.02.csv.gz', { header: ['note', 'we`ird', 'id'] }),
    file('shop/sales/c.csv'),
  ]);
  expect(layouts.map(({ width, positions }) => ({ width, positions }))).toEqual([
    { width: 2, positions: { id: 1, 'we`ird': 2 } },
    { width: 3, positions: { id: 3, 'we`ird': 2 } },
  ]);
  expect(files.map(({ layout, file_name, arrived_at }) => ({ layout, file_name, arrived_at }))).toEqual([
    { layout: 0, file_name: '2020-01-01', arrived_at: 1 },
    { layout: 1, file_name: '2020.01.02', arrived_at: 1 },
    { layout: 0, file_name: 'c', arrived_at: 1 },
  ]);
});

it('names and descriptions are quoted, partitions in the words of Iceberg', () => {
  const { create, tables, columns } = job([], { partitionBy: ['month(day)', 'id'], description: "shop's" });
  expect(tables).toEqual({
    clean: 'glue_catalog.`shop`.`sales`',
    staged: 'glue_catalog.`landfall_staged`.`shop__sales`',
    quarantine: 'glue_catalog.`ops`.`quarantine`',
  });
  const clean = create.find((sql) => sql.includes(`${tables.clean} (`));
  expect(clean).toContain("`we``ird` STRING COMMENT 'it\\'s \\\\ odd'");
  expect(clean).toContain("COMMENT 'shop\\'s'");
  expect(clean).toContain('PARTITIONED BY (months(`day`), `id`)');
  expect(columns.map(({ name, from }) => [name, from])).toEqual([
    ['id', 'record'],
    ['we`ird', 'record'],
    ['day', 'file'],
  ]);
});

it.each([
  ['mended rows', () => job([file('shop/_replay/x.csv')]), 'shop/_replay/x.csv'],
  ['a file that Spark does not list', () => job([file('shop/sales/_x.csv')]), 'shop/sales/_x.csv'],
  ['a table that people were forgotten from', () => job([], {}, true), 'shop.sales'],
])('%s: no work for it', (_what, made, object) => {
  expect(made).toThrow(`${object}: expected work for a bulk job, found `);
});

it('of JSON lines the plan has the paths of the fields, and no words for CSV', () => {
  const data = (name: string) => ({ source: { kind: 'header', name: `data.${name}` } }) as const;
  const columns = [
    column('id', 'string', { required: true, ...data('id') }),
    column('day', 'date', { source: { kind: 'file', pattern: '(.*)' } }),
    column('people', 'integer', { parse: { kind: 'count' }, ...data('people') }),
    column('same', 'string', data('id')),
  ];
  const own = table('rooms', columns, { landing: '*.ndjson', format: 'ndjson', primaryKey: ['id'] });
  const plan = planLoad(contractOf(own), own, 'spark');
  const files = [file('shop/2020-01-01.ndjson.gz', { header: ['data.id', 'data.people'] })];
  const found = sparkJob({ plan, table: own, files, current: [], isErased: false });
  const paths = [
    ['data', 'id'],
    ['data', 'people'],
  ];
  expect(found).toMatchObject({ format: 'ndjson', paths, is_record: null, fields: null });
  expect(found.files[0]).toMatchObject({ file_name: '2020-01-01', layout: 0 });
  expect(found.layouts).toEqual([{ width: 2, positions: { id: 1, people: 2, same: 1 }, shown: '_record' }]);
  expect(job([file('shop/sales/1.csv')])).toMatchObject({ format: 'csv', paths: null });
});

it('refuses files of other types under freeze alone, and leaves values aside to the incremental load', () => {
  const own = table('sales', COLUMNS, { primaryKey: ['id'] });
  const jobOf = (drift: 'evolve' | 'quarantine' | 'freeze', aside: readonly string[] = []) => {
    const plan = planLoad({ ...contractOf(own), drift }, own, 'spark', aside);
    return sparkJob({ plan, table: own, files: [file('shop/sales/1.csv')], current: [], isErased: false });
  };
  expect(jobOf('freeze').retyped).toMatchObject({
    ...{ share: 0.5, least: 10 },
    columns: expect.arrayContaining([{ name: 'id', reason: 'not a whole number of 32 bits' }]),
  });
  expect(jobOf('evolve').retyped).toBeNull();
  expect(() => jobOf('quarantine', ['size'])).toThrow('columns whose values are kept aside');
});
