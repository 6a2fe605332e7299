/** Tests of every model on Trino against a local run over the same files, first whole, then after a second load. */

import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { stateFile } from '../../../adapters/local/lake/database.ts';
import { loadProject } from '../../../adapters/local/project.ts';
import type { Model } from '../../../core/models/types.ts';
import { Workspace } from '../../support/cli.ts';
import { Comparator, type Comparison, differences, isSame, trinoSource } from './compare.ts';
import { connect, engines } from './engines.ts';
import { copyTable } from './iceberg.ts';
import { type LakeState, modelsOnTrino, readState, type Step, stepsBetween, Turns } from './models.ts';
import { recordParity } from './parity-table.mjs';

const project = await loadProject();
const trino = connect();

const CLEAN = project.contracts.flatMap(({ schema, tables }) =>
  tables.map((table) => ({ table: `${schema}.${table.name}`, partitioning: table.partitionBy })),
);
const schemas = project.contracts.map(({ schema }) => schema);
const INCREMENTAL = project.models.filter(({ materialize }) => materialize === 'incremental');

/** Files of which the first load lacks the last and has the first as it was before a correction. */
const LATE = ['learnplatform/engagement_data', 'kiosk-sales'];

/** @param land puts files into a landing folder, as `<data set>/…` */
export function describeModels(data: string, land: (landing: string) => Promise<void>): void {
  describe(data, () => {
    const work = new Workspace();
    let state: LakeState | null = null;
    let lake: Comparator | undefined;

    /** A local run, and what it did done again on Trino, over the clean tables that it left. */
    const load = async () => {
      lake?.close();
      await work.soundRun('--no-warehouse');
      const before = state;
      const after = await readState(work.state, project);
      const now = await Comparator.open(stateFile(work.state));
      [state, lake] = [after, now];
      const isNew = ({ table }: { table: string }) =>
        before?.versions.get(table)?.version !== after.versions.get(table)?.version;
      const copies = CLEAN.filter(isNew).map((clean) =>
        copyTable({ trino, lake: now }, clean.table, clean.partitioning),
      );
      await Promise.all(copies);
      const steps = stepsBetween(before, after);
      await modelsOnTrino({ trino, lake: now }, steps);
      return steps;
    };
    /** `SELECT` of Trino's, against a table of the lake or another `SELECT` of Trino's. */
    const compare = async (right: string, left: string | { readonly trino: string }, key: readonly string[]) => {
      if (lake === undefined) throw new Error('there is no lake yet');
      const given = typeof left === 'string' ? await lake.duckdbSource(left) : await read(work, left.trino);
      return lake.compare(given, await read(work, right), { key });
    };
    const compareAll = async (what: string): Promise<ReadonlyMap<string, Comparison>> => {
      const tables = [...CLEAN.map(({ table }) => ({ table, key: [] })), ...project.models];
      return inTurns(tables, async ({ table, key }) => {
        const found = await compare(`SELECT * FROM ${table}`, `lake.${table}`, key);
        recordParity(engines().folder, {
          data: `${data}, ${what}`,
          table,
          engine: 'Trino',
          rows: found.rows.left,
          columns: found.columns.length,
          differences: differences(found),
        });
        return found;
      });
    };

    beforeAll(async () => {
      for (const schema of schemas) {
        await trino.run(`CREATE SCHEMA iceberg.${schema} WITH (location = 's3://lake/wh/${schema}/')`);
      }
      await land(work.landing);
    });
    afterAll(async () => {
      lake?.close();
      work.close();
      await clear();
    });

    describe('a first load', () => {
      let compared: ReadonlyMap<string, Comparison>;
      beforeAll(async () => {
        holdBack(work);
        const steps = await load();
        expect(
          steps
            .filter(({ mode }) => mode !== 'copy')
            .map(({ table }) => table)
            .sort(),
        ).toEqual(project.models.map(({ table }) => table).sort());
        compared = await compareAll('first load');
      });
      test.each(ALL)('%s', (table) => expectSame(compared.get(table)));
    });

    describe('a second load, of a new file and a corrected one', () => {
      let steps: readonly Step[];
      let compared: ReadonlyMap<string, Comparison>;
      beforeAll(async () => {
        release(work);
        steps = await load();
        compared = await compareAll('second load');
      });

      test('refreshes what the product does, as it does', () => {
        const done = new Map(steps.map((step) => [step.table, step]));
        for (const { table, by } of INCREMENTAL) {
          expect(done.get(table)).toMatchObject({
            mode: 'incremental',
            changed: [expect.anything(), expect.anything()],
          });
          expect(by).toEqual(['district_id']);
        }
        expect(done.get('learnplatform.districts_filled')).toBeUndefined();
        expect(done.get('learnplatform.product_daily')).toMatchObject({ mode: 'full' });
        expect(done.get('kiosk_sales.top_products')).toMatchObject({ mode: 'full' });
      });

      test.each(ALL)('%s', (table) => expectSame(compared.get(table)));

      describe('leaves what Trino gives of all rows', () => {
        test.each(INCREMENTAL.map((model): [string, Model] => [model.table, model]))('%s', async (table, model) => {
          expectSame(await compare(`SELECT * FROM ${table}`, { trino: model.sql }, model.key));
        });
      });
    });
  });
}

const ALL = [...CLEAN, ...project.models].map(({ table }) => table);

function expectSame(found: Comparison | undefined): void {
  expect(found).toBeDefined();
  if (found === undefined) return;
  expect(found.rows.left).toBeGreaterThan(0);
  const { shape, onlyLeft, onlyRight, different, examples } = found;
  expect({ shape, onlyLeft, onlyRight, different, examples }).toEqual({
    shape: [],
    onlyLeft: 0,
    onlyRight: 0,
    different: 0,
    examples: [],
  });
  expect(isSame(found)).toBe(true);
}

let files = 0;

async function read(work: Workspace, sql: string) {
  files += 1;
  const path = join(work.root, `trino-${files}.csv`);
  const { columns } = await trino.writeCsv(sql, path);
  return trinoSource(path, columns);
}

async function inTurns<Item extends { readonly table: string }, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<ReadonlyMap<string, Result>> {
  const turns = new Turns(4);
  const done = items.map(async (item) => [item.table, await turns.take(() => work(item))] as const);
  return new Map(await Promise.all(done));
}

const aside = (work: Workspace) => join(work.root, 'aside');

/** Of each folder the last file, and the second half of the first one. */
function holdBack(work: Workspace): void {
  for (const folder of LATE) {
    const names = lateFiles(join(work.landing, folder));
    const [first, last] = [names[0] ?? '', names.at(-1) ?? ''];
    mkdirSync(join(aside(work), folder), { recursive: true });
    for (const name of [first, last]) renameSync(join(work.landing, folder, name), join(aside(work), folder, name));
    const lines = readFileSync(join(aside(work), folder, first), 'utf8').split('\n');
    writeFileSync(join(work.landing, folder, first), `${lines.slice(0, lines.length / 2).join('\n')}\n`);
  }
}

function release(work: Workspace): void {
  for (const folder of LATE) {
    for (const name of readdirSync(join(aside(work), folder))) {
      writeFileSync(join(work.landing, folder, name), readFileSync(join(aside(work), folder, name)));
    }
  }
}

function lateFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /^(\d+|items_purchased_\d+)[.]csv$/.test(name))
    .sort();
}

/** Views and tables are the catalog's alike, but each is dropped by its own word. */
async function clear(): Promise<void> {
  for (const { table, materialize } of project.models) {
    if (materialize === 'view') await trino.run(`DROP VIEW IF EXISTS ${table}`);
  }
  for (const schema of schemas) await trino.run(`DROP SCHEMA IF EXISTS iceberg.${schema} CASCADE`);
}
