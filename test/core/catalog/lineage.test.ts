import { beforeAll, describe, expect, it } from '@jest/globals';
import { lineageOf, partOf } from '../../../core/catalog/lineage.ts';
import type { Model, Panel } from '../../../core/models/types.ts';
import { describedTables } from '../../../core/tables.ts';
import { contractOf, table } from '../../support/contracts.ts';
import { type Shipped, shippedCatalog } from '../../support/shipped-catalog.ts';
import { aModel } from '../models/graph-models.ts';

describe('the lineage of the shipped data sets', () => {
  let shipped: Shipped;
  beforeAll(async () => {
    shipped = await shippedCatalog();
  });

  it('has each node once, and no edge without both of its ends', () => {
    const { nodes, edges } = shipped.catalog.lineage;
    const ids = new Set(nodes.map(({ id }) => id));
    expect(ids.size).toBe(nodes.length);
    expect(edges.filter(({ from, to }) => !ids.has(from) || !ids.has(to))).toEqual([]);
    expect(new Set(edges.map(({ from, to }) => `${from} ${to}`)).size).toBe(edges.length);
  });

  it('has every table that a model or an analysis reads', () => {
    const { edges } = shipped.catalog.lineage;
    for (const node of shipped.graph.graph.nodes) {
      const id = node.kind === 'model' ? node.model.table : `analysis:${node.name.slice('analysis '.length)}`;
      expect(edges.filter(({ to }) => to === id).map(({ from }) => from)).toEqual(node.reads);
    }
  });

  it('reaches every panel from a file, and every table that it lists', () => {
    const { nodes, edges } = shipped.catalog.lineage;
    const reached = new Set(nodes.filter(({ kind }) => kind === 'files').map(({ id }) => id));
    for (let before = -1; before < reached.size; ) {
      before = reached.size;
      for (const { from, to } of edges) if (reached.has(from)) reached.add(to);
    }
    expect(nodes.filter(({ id }) => !reached.has(id))).toEqual([]);
    const panels = shipped.project.dashboards.reduce((sum, { panels }) => sum + panels.length, 0);
    expect(nodes.filter(({ kind }) => kind === 'panel')).toHaveLength(panels);
    const tables = shipped.catalog.datasets.flatMap(({ tables }) => tables.map(({ table }) => table));
    expect(tables.filter((one) => !reached.has(one))).toEqual([]);
    expect(tables.sort()).toEqual([...describedTables(shipped.project).keys()].sort());
  });

  it('is the same each time', async () => {
    expect(JSON.stringify((await shippedCatalog()).catalog)).toBe(JSON.stringify(shipped.catalog));
  });
});

describe('lineageOf', () => {
  const contracts = [
    contractOf(table('sales', [])),
    { ...contractOf(table('fields', [])), dataset: 'farm', schema: 'farm' },
  ];
  const model: Model = { ...aModel('shop.totals'), warehouse: { publish: true } };
  const reads = ['farm.fields', 'ops.loads', 'shop.sales'];
  const node = { kind: 'model' as const, model, name: 'shop.totals', reads, produces: ['shop.totals'], layer: 0 };
  const panel = { title: 'Totals', model: 'shop.totals' } as Panel;
  const gone = { title: 'Gone', model: 'shop.gone' } as Panel;
  const dashboards = [{ dataset: 'shop', title: 'Shop', file: 'dashboard.yml', panels: [panel, gone] }];
  const project = { contracts, models: [model], analyses: [], dashboards };
  const lineage = lineageOf(project, { nodes: [node] }, describedTables(project));

  it("knows Landfall's own books, what is published, and no table that is not there", () => {
    expect(lineage.nodes.map(({ id, kind }) => `${kind} ${id}`)).toEqual([
      'ops ops.loads',
      'files files:shop/sales/*.csv',
      'clean shop.sales',
      'model shop.totals',
      'panel panel:shop/1',
      'panel panel:shop/2',
      'warehouse warehouse:shop.totals',
      'files files:farm/fields/*.csv',
      'clean farm.fields',
    ]);
    expect(lineage.edges.map(({ from, to }) => `${from} > ${to}`)).toEqual([
      'farm.fields > shop.totals',
      'files:farm/fields/*.csv > farm.fields',
      'files:shop/sales/*.csv > shop.sales',
      'ops.loads > shop.totals',
      'shop.sales > shop.totals',
      'shop.totals > panel:shop/1',
      'shop.totals > warehouse:shop.totals',
    ]);
  });

  it("has in a data set's part what it reads of others', and no more of theirs", () => {
    const { nodes, edges } = partOf(lineage, 'shop');
    expect(nodes.map(({ id }) => id)).not.toContain('files:farm/fields/*.csv');
    expect(nodes.map(({ id }) => id)).toContain('farm.fields');
    expect(edges).toContainEqual({ from: 'farm.fields', to: 'shop.totals' });
    expect(partOf(lineage, 'farm').nodes.map(({ id }) => id)).toEqual(['files:farm/fields/*.csv', 'farm.fields']);
  });
});
