/** Every shipped model and result, refreshed on AWS from the clean tables of a local run, is as that run made it. */

import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { externalTable } from '../../../adapters/aws/lake/definitions.ts';
import { noteChanged } from '../../../adapters/aws/lake/versions.ts';
import { stateFile } from '../../../adapters/duckdb/database.ts';
import { loadProject } from '../../../adapters/local/project.ts';
import { conclude } from '../../../core/analyses/methods.ts';
import { changedRows } from '../../../core/models/changed-rows.ts';
import { type ModelGraph, modelGraph } from '../../../core/pipeline/model-graph.ts';
import { DatasetRefresh } from '../../../core/pipeline/refresh.ts';
import type { Ports } from '../../../core/ports.ts';
import { generators } from '../../../generators/index.ts';
import { writeDataset } from '../../../generators/write.ts';
import { Workspace } from '../../support/cli.ts';
import { AwsLake } from '../support/aws-lake.ts';
import { Comparator, differences, type Source } from '../support/compare.ts';

/** Of what lies outside the models themselves. */
const STAGE = 'landfall_stage';

const PATIENCE = 900_000;

const project = await loadProject();

describe('the shipped models on AWS', () => {
  const work = new Workspace();
  const folder = mkdtempSync(join(tmpdir(), 'landfall-shipped-'));
  let lake: Comparator;
  let aws: AwsLake;
  let ports: Ports;
  let graph: ModelGraph;
  let exports = 0;

  beforeAll(async () => {
    for (const generator of generators) await writeDataset(generator, { out: work.landing, scale: 0.006, seed: 7 });
    await work.soundRun();
    lake = await Comparator.open(stateFile(work.state));
    aws = await AwsLake.open([...project.contracts.map(({ schema }) => schema), STAGE]);
    const hasher = { hash: (text: string) => createHash('sha256').update(text).digest('hex') };
    ports = {
      lake: aws.lake,
      hasher,
      analyst: { conclude: async (...asked: Parameters<typeof conclude>) => conclude(...asked) },
      clock: { now: Date.now },
      progress: { step: () => undefined },
    } as unknown as Ports;
  }, PATIENCE);
  afterAll(async () => {
    lake?.close();
    await aws?.close();
    work.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The rows of a clean table, by way of Parquet; a time of more than milliseconds is nobody's. */
  const fill = async (schema: string, name: string) => {
    const { columns } = await lake.duckdbSource(`lake.${schema}.${name}`);
    const own = `${schema}__${name}`;
    await lake.writeParquet(`lake.${schema}.${name}`, join(folder, own));
    const { objects, glue } = aws.context;
    await objects.upload(`stage/${own}/rows.parquet`, join(folder, own, 'rows.parquet'));
    await glue.put(STAGE, externalTable(own, columns, `s3://${objects.bucket}/stage/${own}/`, 'parquet'));
    await aws.fill(`${schema}.${name}`, columns, `SELECT * FROM ${STAGE}.${own}`);
  };

  /** What an export of a table has, as the warehouse is to find it. */
  const exported = async (table: string): Promise<Source | null> => {
    const { objects } = aws.context;
    const { rows } = await aws.lake.export(table);
    if (rows === null) return null;
    exports += 1;
    const to = join(folder, `export-${exports}`);
    let found = 0;
    for await (const { key } of objects.list(rows.replace(`s3://${objects.bucket}/`, ''))) {
      found += 1;
      await objects.download(key, `${to}-${found}.parquet`);
    }
    return found === 0 ? null : lake.parquetSource(`${to}-*.parquet`);
  };

  describe.each(project.contracts)('of $dataset', ({ dataset, schema, tables }) => {
    const models = project.models.filter((model) => model.dataset === dataset);
    const results = project.analyses
      .filter((analysis) => analysis.dataset === dataset)
      .flatMap(({ outputs }) =>
        Object.values<string>(outputs).map((name) => ({ table: `${schema}.${name}`, key: [] })),
      );
    const all = [...models.map(({ table, key }) => ({ table, key })), ...results];

    beforeAll(async () => {
      for (const { name } of tables) await fill(schema, name);
      graph = await modelGraph(ports, project);
      const books = { times: [], errors: [], warnings: [], failed: new Set<string>() };
      const changes = new Map(tables.map(({ name }) => [`${schema}.${name}`, 'all' as const]));
      aws.next();
      const refresh = await DatasetRefresh.begin(ports, graph, { schema, changes, full: true }, books);
      do await refresh.refreshModels();
      while (await refresh.finishAnalyses());
      expect(books.errors).toEqual([]);
    }, PATIENCE);

    const same = async ({ table, key }: (typeof all)[number]) => {
      const left = await lake.duckdbSource(`lake.${table}`);
      const state = (await aws.lake.tables()).get(table);
      expect(state?.columns).toEqual(left.columns);
      const right = (await exported(table)) ?? { from: `(FROM lake.${table} WHERE false)`, columns: left.columns };
      const found = await lake.compare(left, right, { key });
      expect({ differences: differences(found), examples: found.examples, shape: found.shape }).toEqual({
        differences: 0,
        examples: [],
        shape: [],
      });
    };

    test.each(all)('$table', same);

    // Nothing else has changed, so what is made anew of some values must be what was there.
    for (const model of models.filter(({ materialize }) => materialize === 'incremental')) {
      test(
        `${model.table} by some values`,
        async () => {
          const { carriers } = graph.incremental.get(model.table) ?? { carriers: [] };
          const by = model.by.map((name) => `"${name}"`).join(', ');
          for (const carrier of carriers) {
            const some = changedRows(
              await aws.lake.read(`SELECT DISTINCT ${by} FROM ${carrier} ORDER BY ${by} LIMIT 5`),
            );
            await noteChanged(aws.context, carrier, model.by, some);
          }
          const before = (await aws.lake.tables()).get(model.table)?.version;
          aws.next();
          expect(await aws.lake.refresh(model, 'incremental', carriers)).toMatchObject({ mode: 'incremental' });
          expect((await aws.lake.tables()).get(model.table)?.change).toEqual({ since: before, by: model.by });
          await same(model);
        },
        PATIENCE,
      );
    }
  });
});
