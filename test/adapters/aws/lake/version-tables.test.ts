import { DeleteTableCommand, GetTableCommand, GetTablesCommand, GlueClient } from '@aws-sdk/client-glue';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import type { LakeContext } from '../../../../adapters/aws/lake/context.ts';
import { GlueTables } from '../../../../adapters/aws/lake/glue-tables.ts';
import { makeTable, sweep } from '../../../../adapters/aws/lake/version-tables.ts';
import { changedIn, newVersion, noteChanged } from '../../../../adapters/aws/lake/versions.ts';
import { LandfallError, TransientError } from '../../../../core/problems.ts';
import { MemoryFacts } from '../../../support/memory-facts.ts';

const glue = mockClient(GlueClient);
let statements: { readonly sql: string; readonly token: string | undefined }[] = [];
let failures: Error[] = [];

const context = (more: Partial<LakeContext> = {}): LakeContext => ({
  athena: {
    run: async (sql, { token } = {}) => {
      statements.push({ sql, token });
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      return { queryId: 'q', scannedBytes: 0, elapsed: 0 };
    },
    read: async () => ({ columns: [], rows: [] }),
    cancel: async () => undefined,
    books: [],
  },
  glue: new GlueTables(new GlueClient({ region: 'us-east-1' })),
  objects: { bucket: 'a-lake' } as LakeContext['objects'],
  facts: new MemoryFacts(),
  schemas: ['shop'],
  runId: 'run-1',
  work: 'run-1/refresh',
  now: () => 0,
  ...more,
});

beforeEach(() => {
  [statements, failures] = [[], []];
  glue.reset();
  glue
    .on(GetTableCommand)
    .resolves({ Table: { Name: 'x', StorageDescriptor: { Columns: [{ Name: 'a', Type: 'int' }] } } });
  glue.on(DeleteTableCommand).resolves({});
});

describe('a table behind a view', () => {
  it('is an Iceberg table of its own place, and has no partitions', async () => {
    const { place, version, columns } = await makeTable(context(), 'shop.by_shop', 'SELECT 1 AS a');
    expect(place).toBe(`shop__by_shop__${version}`);
    expect(columns).toEqual([{ name: 'a', type: 'integer' }]);
    const [{ sql, token } = { sql: '', token: '' }] = statements;
    expect(sql).toBe(
      `CREATE TABLE landfall_tables."${place}" WITH (table_type = 'ICEBERG', is_external = false, location = 's3://a-lake/landfall_tables/${place}/', format = 'PARQUET', write_compression = 'ZSTD') AS SELECT 1 AS a`,
    );
    expect(token).toBe('run-1/refresh');
  });

  it('is found again by the same piece of work, and is another for another', async () => {
    const made = async (work: string) => (await makeTable(context({ work }), 'shop.by_shop', 'SELECT 1 AS a')).place;
    expect(await made('run-1/refresh')).toBe(await made('run-1/refresh'));
    expect(await made('run-2/refresh')).not.toBe(await made('run-1/refresh'));
    expect(await made('')).not.toBe(await made(''));
  });

  it('is made in another place where the first try left files and failed by no fault of its own', async () => {
    failures = [new TransientError({ code: 'query-failed', message: 'GENERIC_INTERNAL_ERROR' })];
    const { place } = await makeTable(context(), 'shop.by_shop', 'SELECT 1 AS a');
    expect(statements).toHaveLength(2);
    expect(statements[0]?.sql).not.toContain(place);
    expect(statements[1]?.sql).toContain(place);
  });

  it('is the one that is there, where Athena has forgotten the token that it was made under', async () => {
    failures = [new LandfallError({ code: 'query-failed', message: 'TABLE_ALREADY_EXISTS: …' })];
    const { place } = await makeTable(context(), 'shop.by_shop', 'SELECT 1 AS a');
    expect(statements).toHaveLength(1);
    expect(statements[0]?.sql).toContain(place);
  });

  it.each([
    ['no time is left', new TransientError({ code: 'no-time-left', message: 'no time is left' })],
    ['it is wrong', new LandfallError({ code: 'query-failed', message: 'SYNTAX_ERROR' })],
  ])('is not tried again where %s', async (_why, failure) => {
    failures = [failure];
    await expect(makeTable(context(), 'shop.by_shop', 'SELECT 1 AS a')).rejects.toBe(failure);
    expect(statements).toHaveLength(1);
  });

  it('goes once no reader can have it, and only a version of this view does', async () => {
    const [last, old, killed] = ['1', '2', '3'].map((digit) => `shop__by_shop__v${digit.repeat(16)}`);
    const others = ['shop__by_shop__v1', `shop__by_shop__very__v${'1'.repeat(16)}`, `shop__by__v${'1'.repeat(16)}`];
    glue.on(GetTablesCommand).resolves({
      TableList: [last, old, ...others]
        .map((Name) => ({ Name }))
        .concat({ Name: killed, ...{ TableType: 'VIRTUAL_VIEW' } }),
    });
    failures = [new Error('left for the next time')];
    await sweep(context(), 'shop.by_shop', [last ?? null, null]);
    expect(statements.map(({ sql }) => sql)).toEqual([
      `DROP TABLE IF EXISTS landfall_tables.${old}`,
      `DROP VIEW IF EXISTS landfall_tables.${killed}`,
    ]);
  });
});

describe('what changed', () => {
  it('is known of this run alone, and a table that changed twice has both', async () => {
    const own = context();
    await noteChanged(own, 'shop.sales', ['id'], [['1'], ['2']]);
    await noteChanged(own, 'shop.sales', ['id'], [['2'], ['3']]);
    await noteChanged(own, 'shop.other', ['id'], [['9']]);
    expect(await changedIn(own, ['shop.sales', 'shop.other'], ['id'])).toEqual([['1'], ['2'], ['3'], ['9']]);
    expect(await changedIn(own, ['shop.sales', 'shop.unknown'], ['id'])).toBeNull();
    expect(await changedIn(own, ['shop.sales'], ['day'])).toBeNull();
    const later = { ...own, runId: 'run-2' };
    expect(await changedIn(later, ['shop.sales'], ['id'])).toBeNull();
    await noteChanged(later, 'shop.sales', ['id'], [['7']]);
    expect(await changedIn(later, ['shop.sales'], ['id'])).toEqual([['7']]);
  });

  it('is too much to be told value by value, past a number of them', async () => {
    const own = context();
    await noteChanged(
      own,
      'shop.sales',
      ['id'],
      Array.from({ length: 501 }, (_, id) => [String(id)]),
    );
    expect(await changedIn(own, ['shop.sales'], ['id'])).toBeNull();
    await noteChanged(own, 'shop.sales', ['id'], [['1']]);
    expect(await changedIn(own, ['shop.sales'], ['id'])).toBeNull();
  });

  it('has versions that never come back', () => {
    const own = context({ work: '' });
    expect(newVersion(own, 'a')).toMatch(/^v[0-9a-f]{16}$/);
    expect(newVersion(own, 'a')).not.toBe(newVersion(own, 'a'));
  });
});
