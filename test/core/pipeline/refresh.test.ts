import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { ModelGraph } from '../../../core/pipeline/model-graph.ts';
import { DatasetRefresh, type RefreshBooks } from '../../../core/pipeline/refresh.ts';
import type { MadeTable, Ports } from '../../../core/ports.ts';
import { LandfallError, TransientError } from '../../../core/problems.ts';
import { anAnalysis, graphOf } from '../models/graph-models.ts';

const graph = graphOf({
  clean: ['lp.engagement', 'lp.products'],
  reads: {
    'lp.alone': ['lp.products'],
    'lp.daily': ['lp.filled'],
    'lp.features': ['lp.filled', 'lp.daily'],
    'lp.filled': ['lp.engagement', 'lp.products'],
    'lp.grouped': ['lp.features', 'lp.districts'],
    'lp.other': ['lp.products'],
  },
  analyses: [anAnalysis('lp', 'district', 'lp.features')],
});

/** A lake that takes its time for a table, or fails. */
async function refreshed(
  refreshesAtOnce: number,
  work: (table: string, tries: number) => Promise<void> = async () => undefined,
) {
  const [begun, ended]: [string[], string[]] = [[], []];
  const made = new Map<string, MadeTable>();
  const lake = {
    refreshesAtOnce,
    models: async () => new Map(),
    undefine: async () => undefined,
    define: async (tables: ReadonlyMap<string, MadeTable>) => {
      for (const [table, own] of tables) made.set(table, own);
    },
    refresh: async ({ table }: { readonly table: string }, mode: string) => {
      begun.push(table);
      await sleep(1);
      await work(table, begun.filter((one) => one === table).length);
      ended.push(table);
      return { mode, elapsed: 0, warnings: [], warned: [] };
    },
  };
  const ports = { lake, progress: { step: () => undefined }, clock: { now: () => 0 } } as unknown as Ports;
  const definitions = new Map(graph.nodes.flatMap(({ produces }) => produces.map((table) => [table, 'hash'] as const)));
  const models = { graph, definitions, references: new Map(), incremental: new Map() } as unknown as ModelGraph;
  const books: RefreshBooks = { times: [], errors: [], warnings: [], failed: new Set() };
  const what = { schema: 'lp', changes: new Map(), full: true };
  const refresh = await DatasetRefresh.begin(ports, models, what, books, true);
  return { refresh, books, begun, ended, made };
}

const LEFT = {
  steps: [{ name: 'lp.grouped', mode: 'full', changed: ['lp.districts', 'lp.features'] }],
  pending: ['analysis lp.district'],
};

describe("a data set's models", () => {
  it('follow one another in their order where the lake takes one at a time', async () => {
    const { refresh, begun, made } = await refreshed(1);
    await refresh.refreshModels();
    expect(begun).toEqual(['lp.filled', 'lp.daily', 'lp.features', 'lp.alone', 'lp.other']);
    expect([...made.keys()]).toEqual(begun);
    expect(refresh.left).toEqual(LEFT);
  });

  it('go side by side where they do not read each other', async () => {
    const { refresh, begun, ended, made } = await refreshed(2, (table) => sleep(table === 'lp.filled' ? 50 : 1));
    await refresh.refreshModels();
    expect(begun).toEqual(['lp.filled', 'lp.alone', 'lp.other', 'lp.daily', 'lp.features']);
    expect(ended).toEqual(['lp.alone', 'lp.other', 'lp.filled', 'lp.daily', 'lp.features']);
    expect([...made.keys()].sort()).toEqual([...ended].sort());
    expect(refresh.left).toEqual(LEFT);
  });

  it('are left alone where one that they read failed', async () => {
    const { refresh, books, ended } = await refreshed(4, async (table) => {
      if (table === 'lp.filled') throw new LandfallError({ code: 'audit-failed', message: 'no' });
    });
    await refresh.refreshModels();
    expect(ended).toEqual(['lp.alone', 'lp.other']);
    expect(books.errors.map(({ message }) => message)).toEqual(['lp.filled: no']);
    expect([...books.failed]).toEqual(
      expect.arrayContaining(['lp.daily', 'lp.features', 'lp.districts', 'lp.grouped']),
    );
    expect(refresh.left).toEqual({ steps: [], pending: [] });
  });

  it('go on where a busy engine broke them off, and none is made twice', async () => {
    const { refresh, begun, ended } = await refreshed(4, async (table, tries) => {
      if (table === 'lp.alone') await sleep(30);
      if (table === 'lp.daily' && tries === 1) throw new TransientError([{ code: 'query-failed', message: 'busy' }]);
    });
    await expect(refresh.refreshModels()).rejects.toThrow('busy');
    expect(ended).toEqual(['lp.filled', 'lp.other', 'lp.alone']);
    expect(refresh.left.steps.map(({ name }) => name)).toEqual([
      'lp.daily',
      'lp.features',
      'analysis lp.district',
      'lp.grouped',
    ]);
    await refresh.refreshModels();
    expect(begun.filter((one) => one !== 'lp.daily').sort()).toEqual([
      'lp.alone',
      'lp.features',
      'lp.filled',
      'lp.other',
    ]);
    expect(refresh.left).toEqual(LEFT);
  });

  it('are begun no more where the disk is full', async () => {
    const { refresh, begun } = await refreshed(1, async () => {
      throw new LandfallError({ code: 'disk-full', message: 'full' });
    });
    await refresh.refreshModels();
    expect(begun).toEqual(['lp.filled']);
    expect(refresh.left).toEqual({ steps: [], pending: [] });
  });
});
