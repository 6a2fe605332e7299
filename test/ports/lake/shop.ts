/** A shop's lake, whoever keeps it, and what tests of it do again and again. */

import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import type { ColumnType } from '../../../core/contracts/types.ts';
import type { ChangedRows } from '../../../core/models/changed-rows.ts';
import type { Model } from '../../../core/models/types.ts';
import type { Lake } from '../../../core/ports.ts';
import type { Value } from '../../../core/tabular.ts';
import type { WarehouseColumn } from '../../../core/warehouse/types.ts';
import { aModel } from '../../core/models/graph-models.ts';

export type ModelsLake = Omit<Lake, 'learnt' | 'prepare' | 'ledger' | 'filesWithin' | 'touch' | 'load' | 'erase'>;

export interface LakeUnderTest {
  readonly lake: ModelsLake;
  /** Empty, with `ops.*` and the schema `shop`. */
  reset(): Promise<void>;
  /** Replaces a clean table. */
  fill(
    table: string,
    columns: Readonly<Record<string, ColumnType>>,
    rows: readonly (readonly Value[])[],
  ): Promise<void>;
  /** As a load tells what it changed. */
  changed(table: string, by: readonly string[], values: ChangedRows): Promise<void>;
  /** The rows that lie where an export says. */
  exported(place: string, columns: readonly WarehouseColumn[]): Promise<readonly (readonly Value[])[]>;
  /** The next refresh is of another piece of work. */
  next(): void;
  close(): Promise<void>;
}

const SALES = { id: 'integer', shop: 'string', amount: 'double', sold_at: 'timestamp' } as const;
const BY_SHOP = 'SELECT shop, count(*) AS sales, sum(amount) AS amount\nFROM shop.sales\nGROUP BY shop';
export const sale = (id: number, shop: string | null, amount: number) =>
  [id, shop, amount, '2020-01-31 10:00:00.123'] as const;

export type Shop = ReturnType<typeof openShop>;

/** Before each test it is empty but for three sales. */
export function openShop(open: () => Promise<LakeUnderTest>) {
  let own: LakeUnderTest;
  beforeAll(async () => {
    own = await open();
  });
  afterAll(() => own?.close());
  beforeEach(async () => {
    await own.reset();
    await fill(sale(1, 'north', 1), sale(2, 'south', 2), sale(3, 'south', 3));
  });

  const fill = (...rows: readonly (readonly Value[])[]) => own.fill('shop.sales', SALES, rows);
  const rows = async (sql: string) => (await own.lake.read(sql)).rows;
  return {
    get own() {
      return own;
    },
    get lake() {
      return own.lake;
    },
    fill,
    rows,
    model: (more: Partial<Model> = {}): Model => ({ ...aModel('shop.by_shop'), sql: BY_SHOP, ...more }),
    refresh(one: Model, changed: readonly string[] = []) {
      own.next();
      return own.lake.refresh(one, one.materialize, changed);
    },
    published: () => rows('SELECT shop, sales, amount FROM shop.by_shop ORDER BY shop'),
    version: async (table = 'shop.by_shop') => (await own.lake.tables()).get(table)?.version,
  };
}

export function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => ({ problems: [] }),
    (error: unknown) => error,
  );
}
