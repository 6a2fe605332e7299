import { expect, it } from '@jest/globals';
import { planLoad } from '../../../core/plans/load-plan.ts';
import { type JobFile, sparkJob } from '../../../core/plans/spark-job.ts';
import type { FileVersion } from '../../../core/ports.ts';
import { column, contractOf, table } from '../../support/contracts.ts';

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
    ...own,
  };
}

const BATCH = { batchId: 'b-1', places: { staged: 's3://lake/staged/', batch: 's3://lake/batches/b-1/' } };

const job = (files: readonly JobFile[], more: Parameters<typeof table>[2] = {}) => {
  const own = table('sales', COLUMNS, { primaryKey: ['id'], ...more });
  return sparkJob({ ...BATCH, plan: planLoad(contractOf(own), own, 'spark'), table: own, files });
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

it('knows its batch and its places, and names are quoted', () => {
  const { batch_id, staged, batch, columns } = job([]);
  expect({ batch_id, staged, batch }).toEqual({ batch_id: 'b-1', ...BATCH.places });
  expect(columns.map(({ name, from }) => [name, from])).toEqual([
    ['id', 'record'],
    ['we`ird', 'record'],
    ['day', 'file'],
  ]);
  expect(columns[1]?.text).toBe('`_h_we``ird`');
});

it.each([
  ['mended rows', () => job([file('shop/_replay/x.csv')]), 'shop/_replay/x.csv'],
  ['a file that Spark does not list', () => job([file('shop/sales/_x.csv')]), 'shop/sales/_x.csv'],
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
  const found = sparkJob({ ...BATCH, plan, table: own, files });
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
    return sparkJob({ ...BATCH, plan, table: own, files: [file('shop/sales/1.csv')] });
  };
  expect(jobOf('freeze').retyped).toMatchObject({
    ...{ refuses: true, share: 0.5, least: 10 },
    readable: expect.arrayContaining([{ form: 'date', accepts: expect.stringContaining('value') }]),
    columns: expect.arrayContaining([{ name: 'id', reason: 'not a whole number of 32 bits' }]),
  });
  expect(jobOf('evolve').retyped).toMatchObject({ refuses: false });
  expect(() => jobOf('quarantine', ['size'])).toThrow('columns whose values are kept aside');
});
