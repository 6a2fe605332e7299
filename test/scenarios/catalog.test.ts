/** The catalog, in `status --json` and in the report that a run leaves. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LineageEdge, LineageNode } from '../../core/catalog/lineage.ts';
import { Workspace } from '../support/cli.ts';

interface Told {
  readonly runs: readonly unknown[];
  readonly catalog: {
    readonly datasets: readonly { readonly dataset: string; readonly tables: readonly Record<string, unknown>[] }[];
    readonly lineage: { readonly nodes: readonly LineageNode[]; readonly edges: readonly LineageEdge[] };
  } | null;
  readonly catalog_errors?: readonly { readonly code: string; readonly file?: string }[];
}

const work = new Workspace();
beforeAll(async () => {
  await work.sample();
  await work.soundRun('--no-warehouse');
});
afterAll(() => work.close());

async function status(...args: string[]): Promise<Told> {
  const { code, stdout, stderr } = await work.cli(['status', '--state', work.state, '--json', ...args]);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Told;
}

describe('status --json', () => {
  it('has every table with its columns, and the lineage of all', async () => {
    const { catalog } = await status();
    const tables = catalog?.datasets.find(({ dataset }) => dataset === 'learnplatform')?.tables ?? [];
    const [engagement] = tables;
    expect(engagement).toMatchObject({
      kind: 'clean',
      table: 'learnplatform.engagement',
      landing: 'learnplatform/engagement_data/*.csv',
      load: 'merge',
      partition_by: ['month(time)'],
      is_published: false,
    });
    expect(Number(engagement?.['rows'])).toBeGreaterThan(1000);
    const features = tables.find(({ name }) => name === 'district_features');
    expect(features).toMatchObject({ kind: 'model', materialize: 'full', key: ['district_id'], is_published: true });
    expect(features?.['audits']).toContainEqual({ name: 'counts and days agree', severity: 'error', passed: true });
    expect(features?.['columns']).toContainEqual({
      name: 'active_days',
      type: 'bigint',
      description: 'Days with a record',
      unit: 'days',
      required: false,
      classification: null,
      protect: null,
    });
    const ids = new Set(catalog?.lineage.nodes.map(({ id }) => id));
    expect(catalog?.lineage.edges.every(({ from, to }) => ids.has(from) && ids.has(to))).toBe(true);
    expect(catalog?.lineage.edges).toContainEqual({
      from: 'files:learnplatform/engagement_data/*.csv',
      to: 'learnplatform.engagement',
    });
  });

  it('is the same text each time', async () => {
    expect(JSON.stringify((await status()).catalog)).toBe(JSON.stringify((await status()).catalog));
  });

  it('tells the rest where the project is missing or wrong, and why there is no catalog', async () => {
    const missing = await status('--project', join(work.root, 'nowhere'));
    expect(missing.runs).toHaveLength(1);
    expect(missing.catalog).toBeNull();
    expect(missing.catalog_errors?.map(({ code }) => code)).toEqual(['no-contracts']);

    const project = work.project();
    const file = join(project, 'queries/learnplatform/top_products.sql');
    writeFileSync(file, 'SELECT * FROM learnplatform.nothing');
    const wrong = await status('--project', project);
    expect(wrong.runs).toHaveLength(1);
    expect(wrong.catalog).toBeNull();
    expect(wrong.catalog_errors).toMatchObject([
      { code: 'unknown-table', file: 'queries/learnplatform/top_products.sql' },
    ]);
    expect((await work.cli(['status', '--state', work.state, '--project', project])).code).toBe(0);
  });
});

it('the report has a catalog of the data sets that landed, and no link that leads nowhere', async () => {
  const report = join(work.state, 'report/index.html');
  expect(existsSync(report)).toBe(true);
  const html = readFileSync(report, 'utf8');
  const page = /<section id="catalog"[\s\S]*?<\/section>/.exec(html)?.[0] ?? '';
  expect([...page.matchAll(/<article class="panel catalog" id="([^"]*)"/g)].map(([, id]) => id)).toEqual([
    'catalog-learnplatform',
  ]);
  expect(page).toContain('id="table-learnplatform-engagement"');
  const body = html.slice(0, html.indexOf('<script>'));
  const ids = [...body.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const targets = [...body.matchAll(/href="#([^"]*)"/g)].map(([, target]) => target);
  expect(targets.filter((target) => !ids.includes(target))).toEqual([]);
});
