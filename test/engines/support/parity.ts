/** Tests of every table of a local run against Spark, Trino and PostgreSQL, after a load and after one that changes it. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { stateFile } from '../../../adapters/duckdb/database.ts';
import { loadProject } from '../../../adapters/local/project.ts';
import type { Model } from '../../../core/models/types.ts';
import { sideBySide } from '../../../core/side-by-side.ts';
import { warehouseTables } from '../../../core/warehouse/tables.ts';
import { ROOT, Workspace } from '../../support/cli.ts';
import { isComparable } from './analyses.ts';
import { Comparator, type Comparison, differences, isSame, type Source, trinoSource } from './compare.ts';
import { connect, engines } from './engines.ts';
import { testOnTrino } from './judges.ts';
import { holdBack, release } from './late-files.ts';
import { AT_ONCE, type LakeState, modelsOnTrino, readState, type Step, stepsBetween } from './models.ts';
import { type Engine, recordParity } from './parity-table.mjs';
import { SparkLake } from './spark-lake.ts';
import { WarehouseRows } from './warehouse-rows.ts';

const project = await loadProject();
const trino = connect();

interface LoadedData {
  /** What it is, for people. */
  readonly title: string;
  /** Hyphenated names: of other data sets nothing lands. */
  readonly datasets: readonly string[];
  /** Puts files into a landing folder, as `<data set>/…`. */
  land(landing: string): Promise<void>;
  /** Whether some of it is held back, and comes with a second load. */
  readonly isTwice: boolean;
  /** Whether these are millions of rows. */
  readonly isLarge: boolean;
}

const PATIENCE = 1_800_000;

/** A table, where it is, and what its rows are known by. */
interface Table {
  readonly table: string;
  readonly key: readonly string[];
  readonly engines: readonly Engine[];
}

export function describeParity({ title, datasets, land, isTwice, isLarge }: LoadedData): void {
  const contracts = project.contracts.filter(({ dataset }) => datasets.includes(dataset));
  const schemas = contracts.map(({ schema }) => schema);
  const models = project.models.filter(({ dataset }) => datasets.includes(dataset));
  const incremental = models.filter(({ materialize }) => materialize === 'incremental');
  const clean = contracts.flatMap(({ schema, tables }) => tables.map(({ name }) => `${schema}.${name}`));
  const tables = tablesOf(schemas, clean, models);
  const pairs = tables.flatMap(({ table, engines }) => engines.map((engine): [string, Engine] => [table, engine]));

  describe(title, () => {
    const work = new Workspace();
    let state: LakeState | null = null;
    let lake: Comparator;
    let spark: SparkLake;

    /** A local run; its files by Spark, too, and of these clean tables what the run did, done again on Trino. */
    const load = async () => {
      // The run wants the lake for itself.
      lake?.close();
      await work.soundRun();
      const before = state;
      state = await readState(work.state, project);
      lake = await Comparator.open(stateFile(work.state));
      await spark.load();
      const steps = stepsBetween(before, state).filter(({ table }) => schemas.includes(table.split('.')[0] ?? ''));
      await modelsOnTrino({ trino, lake }, steps);
      return steps;
    };
    const compare = async ({ table, key }: Table, right: Source, columns = '*') =>
      lake.compare(await lake.duckdbSource(`(SELECT ${columns} FROM lake.${table})`), right, { key });

    /** What each engine has of each table, against DuckDB; a clean table's loads have other numbers in each lake. */
    const compareAll = async (what: string): Promise<ReadonlyMap<string, Comparison>> => {
      const warehouse = await WarehouseRows.open(work.state);
      const isClean = ({ table }: Table) => clean.includes(table);
      const judges: Readonly<Record<Engine, (table: Table) => Promise<Comparison>>> = {
        Spark: async (own) =>
          isClean(own)
            ? asComparison(await spark.compare(own.table))
            : compare(own, await spark.source(own.table, lake)),
        Trino: async (own) => {
          const { columns } = await lake.duckdbSource(`lake.${own.table}`);
          const names = columns.map(({ name }) => name).filter((name) => !isClean(own) || name !== '_load_id');
          return compare(own, await read(work, `SELECT ${names.join(', ')} FROM ${own.table}`), names.join(', '));
        },
        PostgreSQL: async (own) => compare(own, await warehouse.source(own.table, scratch(work))),
      };
      try {
        const asked = pairs.map(([name, engine]) => ({ own: tables.find(({ table }) => table === name), engine }));
        const judge = async ({ own, engine }: (typeof asked)[number]): Promise<[string, Comparison]> => {
          if (own === undefined) throw new Error('a pair is of a table');
          const found = await judges[engine](own);
          const [rows, columns] = [found.rows.left, found.columns.length];
          const told = { rows, columns, differences: differences(found) };
          recordParity(engines().folder, { data: `${title}, ${what}`, table: own.table, engine, ...told });
          return [`${own.table} ${engine}`, found];
        };
        return new Map(await sideBySide(asked, AT_ONCE, judge));
      } finally {
        await warehouse.close();
      }
    };

    const describeLoaded = () => {
      test.each(schemas)('what failed of %s is the same on Spark', async (schema) => {
        expect(await spark.compareQuarantine(schema)).toMatchObject({ onlyDuckdb: [], onlySpark: [] });
      });

      test.each(contracts)(
        'datacontract-cli finds the tables of $dataset as they are to be',
        async ({ file, schema }) => {
          const { result, checks } = await testOnTrino(readFileSync(join(ROOT, file), 'utf8'), { schema });
          expect(checks.filter((check) => check.result !== 'passed')).toEqual([]);
          expect(result).toBe('passed');
        },
      );
    };

    beforeAll(async () => {
      for (const schema of schemas) {
        await trino.run(`CREATE SCHEMA iceberg.${schema} WITH (location = 's3://lake/wh/${schema}/')`);
      }
      await land(work.landing);
      if (isTwice) holdBack(work, datasets);
      spark = await SparkLake.open(contracts, work.landing, { cwd: work.root, isLarge });
    });
    afterAll(async () => {
      lake?.close();
      await spark?.close();
      work.close();
      await clear(schemas);
    });

    describe(isTwice ? 'a first load' : 'a load', () => {
      let compared: ReadonlyMap<string, Comparison>;
      beforeAll(async () => {
        const steps = await load();
        const made = steps.filter(({ mode }) => mode !== 'copy' && mode !== 'analysis').map(({ table }) => table);
        expect(made.sort()).toEqual(models.map(({ table }) => table).sort());
        compared = await compareAll(isTwice ? 'first load' : 'one load');
      }, PATIENCE);
      test.each(pairs)('%s on %s', (table, engine) => expectSame(compared.get(`${table} ${engine}`)));
      describeLoaded();
    });

    if (!isTwice) return;
    describe('a second load, of a new file and two corrected ones', () => {
      let steps: readonly Step[];
      let untouched: ReadonlySet<string>;
      let compared: ReadonlyMap<string, Comparison>;
      beforeAll(async () => {
        release(work, datasets);
        const before = state;
        steps = await load();
        untouched = untouchedBetween(before, state, clean);
        compared = await compareAll('second load');
      }, PATIENCE);

      test('refreshes what the product does, as it does', () => {
        const done = new Map(steps.map((step) => [step.table, step]));
        for (const { table, by } of incremental) {
          const step = done.get(table);
          expect([table, step?.mode]).toEqual([table, 'incremental']);
          const changed = step?.mode === 'incremental' ? step.changed : [];
          expect(changed.length).toBeGreaterThan(0);
          for (const values of changed) expect(values).toHaveLength(by.length);
        }
        for (const { table, materialize } of models) {
          expect([materialize, undefined]).toContain(done.get(table)?.mode);
        }
        expect([...done.keys()].filter((table) => untouched.has(table))).toEqual([]);
      });

      test.each(pairs)('%s on %s', (table, engine) => expectSame(compared.get(`${table} ${engine}`)));

      describe('leaves what Trino gives of all rows', () => {
        test.each(incremental.map((model): [string, Model] => [model.table, model]))('%s', async (table, model) => {
          const [after, whole] = [await read(work, `SELECT * FROM ${table}`), await read(work, model.sql)];
          expectSame(await lake.compare(whole, after, { key: model.key }));
        });
      });
      describeLoaded();
    });
  });
}

/** What reads nothing that changed, however far back. */
function untouchedBetween(before: LakeState | null, after: LakeState | null, clean: readonly string[]): Set<string> {
  const version = (state: LakeState | null, table: string) => state?.versions.get(table)?.version;
  const untouched = new Set(clean.filter((table) => version(before, table) === version(after, table)));
  for (const { reads, produces } of after?.nodes ?? []) {
    if (reads.every((table) => untouched.has(table))) for (const table of produces) untouched.add(table);
  }
  expect(untouched.size).toBeGreaterThan(0);
  return untouched;
}

/** Spark reads no views of Trino's; the warehouse has what is published, results of analyses among it. */
function tablesOf(schemas: readonly string[], clean: readonly string[], models: readonly Model[]): Table[] {
  const published = warehouseTables(project).filter(({ schema }) => schemas.includes(schema));
  const postgres = (table: string): readonly Engine[] =>
    published.some((own) => own.table === table) ? ['PostgreSQL'] : [];
  const known = [
    ...clean.map((table): Table => ({ table, key: [], engines: ['Spark', 'Trino', ...postgres(table)] })),
    ...models.map(({ table, key, materialize }): Table => {
      const spark: readonly Engine[] = materialize === 'view' ? [] : ['Spark'];
      return { table, key, engines: [...spark, 'Trino', ...postgres(table)] };
    }),
  ];
  const results = published.filter((own) => !known.some(({ table }) => table === own.table));
  const answered = new Set(
    project.analyses
      .filter(isComparable)
      .flatMap(({ schema, outputs }) => Object.values(outputs).map((name) => `${schema}.${name}`)),
  );
  return [
    ...known,
    ...results.map(
      ({ table, key }): Table => ({
        table,
        key,
        engines: answered.has(table) ? ['Trino', 'PostgreSQL'] : ['PostgreSQL'],
      }),
    ),
  ];
}

function asComparison({ rows, columns, onlyDuckdb, onlySpark }: Awaited<ReturnType<SparkLake['compare']>>): Comparison {
  return {
    rows: { left: rows, right: rows - onlyDuckdb.length + onlySpark.length },
    columns,
    shape: [],
    onlyLeft: onlyDuckdb.length,
    onlyRight: onlySpark.length,
    different: 0,
    examples: [...onlyDuckdb, ...onlySpark].map((row) => JSON.stringify(row)),
  };
}

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

function scratch(work: Workspace): string {
  files += 1;
  return join(work.root, `rows-${files}.csv`);
}

async function read(work: Workspace, sql: string): Promise<Source> {
  const path = scratch(work);
  const { columns } = await trino.writeCsv(sql, path);
  return trinoSource(path, columns);
}

/** Views and tables are the catalog's alike, but each is dropped by its own word. */
async function clear(schemas: readonly string[]): Promise<void> {
  for (const { table, schema, materialize } of project.models) {
    if (materialize === 'view' && schemas.includes(schema)) await trino.run(`DROP VIEW IF EXISTS ${table}`);
  }
  for (const schema of schemas) await trino.run(`DROP SCHEMA IF EXISTS iceberg.${schema} CASCADE`);
}
