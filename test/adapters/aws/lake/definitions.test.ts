import { beforeAll, describe, expect, it } from '@jest/globals';
import { WRITTEN } from '../../../../adapters/aws/lake/books.ts';
import { bookTables, bookViews, columnsOfTable, type Definition } from '../../../../adapters/aws/lake/definitions.ts';
import { emptyModels } from '../../../../adapters/aws/lake/empty-models.ts';
import { loadProject } from '../../../../adapters/local/project.ts';
import { BOOKS, OPS_TABLES } from '../../../../core/books.ts';

const sqlOf = ({ input }: Definition): string => {
  const text = /Presto View: (.*) \*\//.exec(input.ViewOriginalText ?? '')?.[1] ?? '';
  return JSON.parse(Buffer.from(text, 'base64').toString()).originalSql;
};

describe('the books', () => {
  it('are views with the columns that they have on a laptop', () => {
    const views = bookViews();
    expect(views.map(({ database, input }) => `${database}.${input.Name}`).sort()).toEqual([...OPS_TABLES].sort());
    for (const { input } of views) {
      const columns = columnsOfTable(input as Parameters<typeof columnsOfTable>[0]);
      expect(Object.fromEntries(columns.map(({ name, type }) => [name, type]))).toEqual(
        BOOKS[input.Name as keyof typeof BOOKS],
      );
    }
  });

  it('read what is written, and all of it is read', () => {
    const written = bookTables('a-lake').map(({ database, input }) => `${database}.${input.Name}`);
    expect(written).toHaveLength(Object.keys(WRITTEN).length);
    const read = bookViews().map(sqlOf).join('\n');
    for (const table of written) expect(read).toContain(`${table}`);
  });
});

describe('models before any data', () => {
  let models: readonly Definition[];
  let names: readonly string[];
  beforeAll(async () => {
    const project = await loadProject();
    names = project.models.map(({ table }) => table);
    models = await emptyModels(project);
  });

  it('are views, each of its columns and without a row', () => {
    expect(models.map(({ database, input }) => `${database}.${input.Name}`)).toEqual(names);
    for (const model of models) {
      expect(model.input.StorageDescriptor?.Columns?.length).toBeGreaterThan(0);
      expect(sqlOf(model)).toMatch(/WHERE false\n\)$/);
    }
  });

  it('say what people wrote about their columns', () => {
    const all = models.flatMap(({ input }) => input.StorageDescriptor?.Columns ?? []);
    expect(all.some(({ Comment }) => (Comment?.length ?? 0) > 0)).toBe(true);
    for (const { Comment = '' } of all) expect(Comment.length).toBeLessThanOrEqual(255);
  });
});
