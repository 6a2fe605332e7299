/** Tables of a data set that another run works on, as a run for other data sets finds them. */

import type { Table } from '@aws-sdk/client-glue';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { PrepareContext } from '../../../../adapters/aws/lake/load/prepare.ts';
import { prepareTables } from '../../../../adapters/aws/lake/load/prepare.ts';
import { shapeOf } from '../../../../adapters/aws/lake/load/shape.ts';
import { stagedTables } from '../../../../adapters/aws/lake/load/tables.ts';
import { loadProject } from '../../../../adapters/local/project.ts';
import { BUSY } from '../../../../core/pipeline/session.ts';
import { planLoad } from '../../../../core/plans/load-plan.ts';
import { TransientError } from '../../../../core/problems.ts';
import { MemoryFacts } from '../../../support/memory-facts.ts';

const { contracts } = await loadProject();
const [contract] = contracts;
if (contract === undefined) throw new Error('nothing is shipped');
const plans = contract.tables.map((table) => planLoad(contract, table, 'duckdb'));

const facts = new MemoryFacts();
const tables = new Map<string, Table>();
const glue = { get: async (database: string, name: string) => tables.get(`${database}.${name}`) ?? null };
const busy = async () => {
  throw new TransientError({ code: BUSY, message: 'another run works on it' });
};
const prepare = (contextOf: () => Promise<PrepareContext> = busy) =>
  prepareTables({ facts, glue } as unknown as PrepareContext, [contract], plans, contextOf);

/** What a deployment leaves. */
beforeEach(() => {
  facts.clear();
  tables.clear();
  for (const plan of plans) {
    const shape = shapeOf(plan, () => true);
    const staged = stagedTables('a-lake', shape);
    for (const { database, input } of staged) tables.set(`${database}.${input.Name}`, input as Table);
    const Columns = shape.columns.map(({ name, type }) => ({ Name: name, Type: type }));
    tables.set(`${shape.schema}.${shape.table}`, { Name: shape.table, StorageDescriptor: { Columns } });
  }
});

describe('tables that another run works on', () => {
  it('are left to it where they have what the contract has', async () => {
    await prepare();
    expect(await facts.all('tables')).toEqual(new Map());
  });

  it.each([
    ['is missing', (name: string) => tables.delete(name)],
    ['lacks a column', (name: string) => tables.get(name)?.StorageDescriptor?.Columns?.pop()],
    ['has one more', (name: string) => tables.get(name)?.StorageDescriptor?.Columns?.push({ Name: 'x', Type: 'int' })],
    [
      'has one of another type',
      (name: string) => tables.get(name)?.StorageDescriptor?.Columns?.splice(0, 1, { Name: 'x', Type: 'map' }),
    ],
  ])('are waited for where the clean table %s', async (_, change) => {
    change(`${contract.schema}.${contract.tables[0]?.name}`);
    await expect(prepare()).rejects.toThrow('another run works on it');
  });

  it('are waited for where what stands in front of them is missing', async () => {
    for (const name of tables.keys()) if (name.includes('__changes')) tables.delete(name);
    await expect(prepare()).rejects.toThrow('another run works on it');
  });

  it('are waited for where one is being made anew', async () => {
    await facts.put('tables', new Map([[`${contract.schema}.${contract.tables[0]?.name}`, 'remaking']]));
    await expect(prepare()).rejects.toThrow('another run works on it');
  });

  it('are not looked at where something else went wrong', async () => {
    await expect(prepare(() => Promise.reject(new Error('no ledger')))).rejects.toThrow('no ledger');
  });
});
