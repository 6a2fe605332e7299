/** What every lake promises of the books that a run writes. */

import { describe, expect, it } from '@jest/globals';
import { reportInput } from '../../../core/pipeline/report.ts';
import type { Ports, ReportStore } from '../../../core/ports.ts';
import type { QualityBooks } from '../../../core/quality/types.ts';
import type { Shop } from './shop.ts';

export function describeBooks(shop: Shop): void {
  const { rows } = shop;

  describe('the books', () => {
    const run = (runId: string, status: 'running' | 'succeeded' | 'failed') => ({
      runId,
      status,
      startedAt: Date.UTC(2026, 0, 1),
      finishedAt: status === 'running' ? null : Date.UTC(2026, 0, 1, 0, 0, 1, 5),
      errors: status === 'failed' ? [{ code: 'x', message: `it's "bad"\n` }] : [],
      details: '{"a":1}',
    });

    it('have each run as it ended', async () => {
      await shop.lake.record(run('run-1', 'running'));
      expect(await rows('SELECT run_id, status, finished_at FROM ops.runs')).toEqual([['run-1', 'running', null]]);
      await shop.lake.record(run('run-1', 'failed'));
      await shop.lake.record(run('run-2', 'running'));
      await shop.lake.record(run('run-2', 'succeeded'));
      expect(await rows('SELECT * FROM ops.runs ORDER BY run_id')).toEqual([
        [
          ...['run-1', 'failed', '2026-01-01 00:00:00.000', '2026-01-01 00:00:01.005'],
          ...['[{"code":"x","message":"it\'s \\"bad\\"\\n"}]', '{"a":1}'],
        ],
        ['run-2', 'succeeded', '2026-01-01 00:00:00.000', '2026-01-01 00:00:01.005', '[]', '{"a":1}'],
      ]);
    });

    it('have what rules found, until a table has none', async () => {
      const books: QualityBooks = {
        ...{
          runId: 'run-1',
          dataset: 'shop',
          schema: 'shop',
          table: 'sales',
          rules: 'h1',
          checkedAt: Date.UTC(2026, 0, 1),
        },
        results: [
          {
            ...{ column: null, rule: 'rows', dimension: null, severity: 'error', expected: 'at least 1' },
            ...{ observed: 3, status: 'passed' },
          },
          {
            ...{ column: 'id', rule: 'nulls', dimension: 'completeness', severity: 'warning', expected: '0' },
            ...{ observed: null, status: 'failed' },
          },
        ] as QualityBooks['results'],
      };
      await shop.lake.recordQuality(books);
      await shop.lake.recordQuality({ ...books, table: 'other', rules: 'h2', results: [] });
      expect(await rows('SELECT * FROM ops.quality ORDER BY rule')).toEqual(
        [
          ...[['run-1', 'shop', 'sales', 'id', 'nulls', 'completeness', 'warning', '0', null, 'failed']],
          ...[['run-1', 'shop', 'sales', null, 'rows', null, 'error', 'at least 1', 3, 'passed']],
        ].map((row) => [...row, '2026-01-01 00:00:00.000']),
      );
      expect(new Map(await shop.lake.checkedRules())).toEqual(
        new Map([
          ['shop.sales', 'h1'],
          ['shop.other', 'h2'],
        ]),
      );
      await shop.lake.recordQuality({ ...books, rules: '', results: [] });
      expect(await rows('SELECT * FROM ops.quality')).toEqual([]);
      expect(new Map(await shop.lake.checkedRules())).toEqual(new Map([['shop.other', 'h2']]));
    });

    it('have the files that no table takes, as the last run found them', async () => {
      const stray = (dataset: string | null, file: string) => ({
        dataset,
        problem: { code: 'unclaimed-file', file, message: `what is ${file}?`, hint: 'move it' },
      });
      await shop.lake.recordStrays(
        'run-1',
        [stray('shop', 'shop/a.csv'), stray('odd / name', 'b'), stray(null, 'c')],
        null,
      );
      await shop.lake.recordStrays('run-2', [stray('shop', 'shop/d.csv')], ['shop']);
      expect(await rows('SELECT * FROM ops.stray_files ORDER BY source_file')).toEqual([
        ['run-1', 'odd / name', 'b', 'unclaimed-file', 'what is b?', 'move it'],
        ['run-1', null, 'c', 'unclaimed-file', 'what is c?', 'move it'],
        ['run-2', 'shop', 'shop/d.csv', 'unclaimed-file', 'what is shop/d.csv?', 'move it'],
      ]);
      await shop.lake.recordStrays('run-3', [], ['shop']);
      expect(await rows('SELECT source_file FROM ops.stray_files ORDER BY source_file')).toEqual([['b'], ['c']]);
      await shop.lake.recordStrays('run-4', [], null);
      expect(await rows('SELECT source_file FROM ops.stray_files')).toEqual([]);
    });

    it('answer what a report asks', async () => {
      await shop.lake.record(run('run-1', 'succeeded'));
      const report: Pick<ReportStore, 'answers'> = { answers: (questions, ask) => ask(questions) };
      const clock = { now: () => Date.UTC(2026, 0, 1) };
      const ports = { lake: shop.lake, clock, report } as unknown as Ports;
      const project = { contracts: [], models: [], analyses: [], dashboards: [] };
      const graph = { graph: { nodes: [] }, definitions: new Map() };
      const about = { runId: 'run-1', errors: [], warnings: [], freshness: [] };
      const { loads, refused, quarantine, examples, quality, drift } = await reportInput(ports, project, graph, about);
      for (const { rows: found } of [loads, refused, quarantine, examples, quality, drift]) expect(found).toEqual([]);
    });
  });

  it('statements are parsed', async () => {
    const [tree, wrong] = await shop.lake.parse(['SELECT 1 AS one', 'SELEC']);
    expect(tree).toMatchObject({ error: false });
    expect(wrong).toMatchObject({ error: true });
  });
}
