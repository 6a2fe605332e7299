import { expect, it } from '@jest/globals';
import { loadProject } from '../../../adapters/local/project.ts';
import { warehouseTables } from '../../../core/warehouse/tables.ts';

const project = await loadProject();
const tables = warehouseTables(project);

it('publishes what is marked, results of analyses, and the clean tables that the contract names', () => {
  const names = tables.map(({ name }) => name);
  const qualified = tables.map(({ table }) => table);
  expect(qualified).toEqual([...qualified].sort());
  expect(names).toEqual(expect.arrayContaining(['districts', 'products', 'district_clusters', 'top_products']));
  for (const name of ['engagement', 'engagement_filled', 'district_product_monthly']) expect(names).not.toContain(name);
});

it('an analysis that says so keeps its results', () => {
  const analyses = project.analyses.map((analysis) => ({ ...analysis, warehouse: { publish: false } }));
  const names = warehouseTables({ ...project, analyses }).map(({ name }) => name);
  expect(names).not.toContain('district_clusters');
  const results = project.analyses.flatMap(({ outputs }) => Object.values(outputs));
  expect(results.length).toBeGreaterThan(0);
  expect(names).toHaveLength(tables.length - results.length);
});

it('carries descriptions, keys and units', () => {
  const clusters = tables.find(({ name }) => name === 'district_clusters');
  expect(clusters).toMatchObject({ key: ['district_id'], description: expect.stringContaining('k-means cluster') });
  expect(clusters?.comments).toMatchObject({
    district_id: expect.stringMatching(/./),
    distance: expect.stringContaining('(standard deviations)'),
  });
  const districts = tables.find(({ name }) => name === 'districts');
  expect(districts?.comments['pp_total_raw']).toMatch(/[(]US dollars per pupil[)]$/);
  expect(districts?.comments['_source_file']).toMatch(/file/);
});

it('no comment is missing where a table is published', () => {
  for (const { table, description } of tables)
    expect({ table, said: description !== '' }).toEqual({ table, said: true });
});
