/** What is decided to be published, by the versions of the lake and the books of the warehouse. */

import { expect, it } from '@jest/globals';
import { publishWarehouse } from '../../../core/pipeline/publish.ts';
import type { Ports, TableState, Warehouse } from '../../../core/ports.ts';
import { LandfallError } from '../../../core/problems.ts';
import type { Project } from '../../../core/project.ts';
import type { Publication, PublishedTable } from '../../../core/warehouse/types.ts';
import { column, contractOf, table } from '../../support/contracts.ts';

const published = { warehouse: { publish: true } };
const shop = contractOf(
  table('sales', [column('id', 'integer')], published),
  table('prices', [column('id', 'integer')], published),
  table('inner', [column('id', 'integer')]),
);
const farm = { ...contractOf(table('hens', [column('id', 'integer')], published)), dataset: 'farm', schema: 'farm' };
const project: Project = { contracts: [shop, farm], models: [], analyses: [], dashboards: [] };

interface World {
  readonly versions: Record<string, Partial<TableState> & { version: string }>;
  readonly held?: ReadonlyMap<string, PublishedTable>;
  readonly failing?: string;
}

/** Publishes into a warehouse that keeps its books, as the real one does. */
async function publish({ versions, held = new Map(), failing }: World, datasets = ['shop', 'farm']) {
  const books = new Map(held);
  const since: Record<string, string | undefined> = {};
  const warehouse: Warehouse = {
    prepare: () => undefined,
    published: async () => books,
    publish: async (publications: readonly Publication[], drops: readonly string[]) => {
      if (publications.some(({ table }) => table.table === failing)) {
        throw new LandfallError({ code: 'no-luck', message: 'no luck' });
      }
      for (const name of drops) books.delete(name);
      for (const { table, version, definition, rows } of publications) {
        await rows();
        books.set(table.table, { version, definition });
      }
    },
  };
  const states = Object.entries(versions).map(([name, state]): [string, TableState] => [
    name,
    { columns: [{ name: 'id', type: 'integer' }], change: null, ...state },
  ]);
  const ports = {
    warehouse,
    lake: {
      tables: async () => new Map(states),
      export: async (name: string, from?: string) => {
        since[name] = from;
        return { rows: '', keys: null };
      },
    },
    clock: { now: () => 0 },
    hasher: { hash: (text: string) => text.repeat(2).padEnd(64, '.').split('').reverse().join('') },
    progress: { step: () => undefined },
  } as unknown as Ports;
  const { tables, errors } = await publishWarehouse(ports, project, datasets);
  return { tables, errors, books, since };
}

const ALL = { 'shop.sales': { version: '1' }, 'shop.prices': { version: '1' }, 'farm.hens': { version: '1' } };

it('makes what there is not, and then nothing', async () => {
  const first = await publish({ versions: { ...ALL, 'shop.inner': { version: '1' } } });
  expect(first.tables).toEqual({ 'shop.sales': 'create', 'shop.prices': 'create', 'farm.hens': 'create' });
  expect((await publish({ versions: ALL, held: first.books })).tables).toEqual({});
});

it('replaces another version, and takes changed rows only where it holds the version before', async () => {
  const { books: held } = await publish({ versions: ALL });
  const change = { since: '1', by: ['id'] };
  const next = await publish({
    versions: {
      ...ALL,
      'shop.sales': { version: '2', change },
      'farm.hens': { version: '3', change: { ...change, since: '2' } },
    },
    held,
  });
  expect(next.tables).toEqual({ 'shop.sales': 'rows', 'farm.hens': 'replace' });
  expect(next.since).toEqual({ 'shop.sales': '1', 'farm.hens': undefined });
});

it('makes a table anew whose columns are others', async () => {
  const { books: held } = await publish({ versions: ALL });
  const columns = [{ name: 'id', type: 'bigint' as const }];
  const change = { since: '1', by: ['id'] };
  const { tables } = await publish({ versions: { ...ALL, 'shop.sales': { version: '2', columns, change } }, held });
  expect(tables).toEqual({ 'shop.sales': 'create' });
});

it('drops what is published no more, of the data sets that run', async () => {
  const { books } = await publish({ versions: ALL });
  const old = { version: '1', definition: '' };
  const held = new Map([...books, ['shop.inner', old], ['farm.ducks', old], ['gone.all', old]]);
  expect((await publish({ versions: ALL, held }, ['shop'])).tables).toEqual({
    'shop.inner': 'drop',
    'gone.all': 'drop',
  });
  expect((await publish({ versions: ALL, held })).books).toEqual(books);
});

it('a table that the lake has not made yet waits; the one of before stays', async () => {
  const { books: held } = await publish({ versions: ALL });
  const { tables, errors } = await publish({ versions: { 'farm.hens': { version: '2' } }, held });
  expect({ tables, errors }).toEqual({ tables: { 'farm.hens': 'replace' }, errors: [] });
});

it('a data set that fails leaves the others going', async () => {
  const { tables, errors } = await publish({ versions: ALL, failing: 'shop.sales' });
  expect(tables).toEqual({ 'farm.hens': 'create' });
  expect(errors).toEqual([{ code: 'no-luck', message: 'the warehouse was not published for shop: no luck' }]);
});
