/** The catalog before data lands, and what a later deployment leaves as it is. */

import {
  AlreadyExistsException,
  CreateTableCommand,
  EntityNotFoundException,
  GetTableCommand,
  GlueClient,
  type TableInput,
  UpdateTableCommand,
} from '@aws-sdk/client-glue';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { defineLake } from '../../../../adapters/aws/lake/define.ts';
import { emptyView, view } from '../../../../adapters/aws/lake/definitions.ts';
import { GlueTables } from '../../../../adapters/aws/lake/glue-tables.ts';
import { loadProject } from '../../../../adapters/local/project.ts';

const project = await loadProject();
const clean = project.contracts.flatMap(({ schema, tables }) => tables.map(({ name }) => `${schema}.${name}`));
const models = project.models.map(({ table }) => table);

const aws = mockClient(GlueClient);
const tables = new Map<string, TableInput>();
const missing = () => new EntityNotFoundException({ message: 'none', $metadata: {} });
const statements: string[] = [];
const athena = {
  async run(sql: string) {
    statements.push(sql);
    const [, schema, name] = /^CREATE TABLE IF NOT EXISTS `(\w+)`\.`(\w+)`/.exec(sql) ?? [];
    tables.set(`${schema}.${name}`, { Name: name });
    return { queryId: 'one', scannedBytes: 0, elapsed: 0 };
  },
};
const define = () => defineLake({ athena, glue: new GlueTables(new GlueClient({})), bucket: 'a-lake' }, project);

let first: string[];
beforeAll(async () => {
  aws.on(GetTableCommand).callsFake(({ DatabaseName, Name }) => {
    const Table = tables.get(`${DatabaseName}.${Name}`);
    if (Table === undefined) throw missing();
    return { Table: { ...Table, DatabaseName } };
  });
  aws.on(UpdateTableCommand).callsFake(({ DatabaseName, TableInput }) => {
    if (!tables.has(`${DatabaseName}.${TableInput.Name}`)) throw missing();
    tables.set(`${DatabaseName}.${TableInput.Name}`, TableInput);
  });
  aws.on(CreateTableCommand).callsFake(({ DatabaseName, TableInput }) => {
    const name = `${DatabaseName}.${TableInput.Name}`;
    if (tables.has(name)) throw new AlreadyExistsException({ message: name, $metadata: {} });
    tables.set(name, TableInput);
  });
  first = await define();
});
afterAll(() => aws.restore());

describe('a deployment', () => {
  it('makes every clean table, every model, and the books', () => {
    expect(first).toEqual([...clean, ...models]);
    expect(statements).toHaveLength(clean.length);
    for (const name of ['landfall_staged.batch_loads', 'landfall_tables.ops__loads', 'landfall_tables.ops__retold']) {
      expect([...tables.keys()]).toContain(name);
    }
    for (const book of ['loads', 'runs', 'quarantine', 'drift']) {
      expect(tables.get(`ops.${book}`)).toMatchObject({ TableType: 'VIRTUAL_VIEW' });
    }
  });

  it('gives every model its columns before it has a row', () => {
    for (const name of models) {
      expect(tables.get(name)?.StorageDescriptor?.Columns?.length).toBeGreaterThan(0);
    }
  });

  it('gives a model that nothing was refreshed into the columns of today', async () => {
    const [empty = '', full = ''] = models.slice(2);
    const [today, filled] = [tables.get(empty), tables.get(full)];
    const [schema = '', name = ''] = empty.split('.');
    tables.set(empty, emptyView(schema, name, [{ name: 'of_yesterday', type: 'integer' }]));
    // What a refresh leaves is a view, too, and reads a table.
    const [, fullName = ''] = full.split('.');
    const refreshed = view(schema, fullName, [{ name: 'of_yesterday', type: 'integer' }], 'SELECT 1 AS of_yesterday');
    tables.set(full, refreshed);
    expect(await define()).toEqual([]);
    expect([tables.get(empty), tables.get(full)]).toEqual([today, refreshed]);
    if (filled !== undefined) tables.set(full, filled);
  });

  it('writes nothing where every model is as it is to be', async () => {
    const written = () => aws.commandCalls(UpdateTableCommand).map(({ args }) => args[0].input.DatabaseName);
    const before = written().length;
    await define();
    expect(new Set(written().slice(before))).toEqual(new Set(['landfall_staged', 'landfall_tables', 'ops']));
  });

  it('leaves a model and a clean table as they have become, and makes what went missing', async () => {
    const [[live = '', gone = ''], table = ''] = [models, clean[0]];
    const [refreshed, loaded] = [{ Name: 'refreshed' }, { Name: 'loaded' }];
    tables.set(live, refreshed);
    tables.set(table, loaded);
    tables.set('ops.loads', { Name: 'loads', TableType: 'of an older version' });
    tables.delete(gone);
    statements.length = 0;
    expect(await define()).toEqual([gone]);
    expect([tables.get(live), tables.get(table)]).toEqual([refreshed, loaded]);
    expect(tables.get('ops.loads')).toMatchObject({ TableType: 'VIRTUAL_VIEW' });
    expect(statements).toEqual([]);
  });
});
