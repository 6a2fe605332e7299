import { describe, expect, it } from '@jest/globals';
import type { IncrementalLegal } from '../../../core/models/incremental.ts';
import { type Change, planRefresh } from '../../../core/models/refresh.ts';
import { aModel, anAnalysis, graphOf, type Sketch } from './graph-models.ts';

const BY = ['district_id'];

/**
 * filled (incremental) reads engagement and the dimension products; daily (incremental) reads filled through the
 * view seen; monthly (incremental by another column) reads daily; features (full) reads daily; later (incremental)
 * reads features and visits; an analysis reads features; clusters_view reads its result.
 */
const SKETCH: Sketch = {
  clean: ['lp.engagement', 'lp.products', 'lp.visits', 'lp.lonely'],
  reads: {
    'lp.filled': ['lp.engagement', 'lp.products'],
    'lp.seen': ['lp.filled'],
    'lp.daily': ['lp.seen'],
    'lp.monthly': ['lp.daily'],
    'lp.features': ['lp.daily'],
    'lp.later': ['lp.features', 'lp.visits'],
    'lp.clusters_view': ['lp.ds'],
  },
  models: [
    aModel('lp.filled', 'incremental', BY),
    aModel('lp.seen', 'view'),
    aModel('lp.daily', 'incremental', BY),
    aModel('lp.monthly', 'incremental', ['month']),
    aModel('lp.features', 'full'),
    aModel('lp.later', 'incremental', BY),
    aModel('lp.clusters_view', 'view'),
  ],
  analyses: [anAnalysis('lp', 'd', 'lp.features')],
};

const GRAPH = graphOf(SKETCH);

const INCREMENTAL: ReadonlyMap<string, IncrementalLegal> = new Map([
  ['lp.filled', { legal: true, carriers: ['lp.engagement'], fullOnChange: ['lp.products'] }],
  ['lp.daily', { legal: true, carriers: ['lp.filled'], fullOnChange: [] }],
  ['lp.monthly', { legal: true, carriers: ['lp.daily'], fullOnChange: [] }],
  ['lp.later', { legal: true, carriers: ['lp.features', 'lp.visits'], fullOnChange: [] }],
]);

const ALL_TABLES = GRAPH.nodes.flatMap((node) => node.produces);

function plan(changes: Readonly<Record<string, Change>>, missing: readonly string[] = []): readonly string[] {
  const steps = planRefresh({
    graph: GRAPH,
    changes: new Map(Object.entries(changes)),
    existing: new Set(ALL_TABLES.filter((table) => !missing.includes(table))),
    incremental: INCREMENTAL,
  });
  return steps.map(({ node, mode, changedInputs }) => `${node.name}: ${mode} ${changedInputs.join(' ')}`.trim());
}

describe('planRefresh', () => {
  it('refreshes incrementally what rows touch, through views, as far as changed values are known', () => {
    expect(plan({ 'lp.engagement': 'rows' })).toEqual([
      'lp.filled: incremental lp.engagement',
      'lp.seen: view lp.filled',
      'lp.daily: incremental lp.filled',
      'lp.features: full lp.daily',
      'analysis lp.d: analysis lp.features',
      'lp.monthly: full lp.daily',
      'lp.later: full lp.features',
      'lp.clusters_view: view lp.ds',
    ]);
  });

  it('does nothing where nothing changed, or nothing reads what did', () => {
    expect(plan({})).toEqual([]);
    expect(plan({ 'lp.lonely': 'all' })).toEqual([]);
  });

  it('touches only what is downstream', () => {
    expect(plan({ 'lp.visits': 'rows' })).toEqual(['lp.later: incremental lp.visits']);
  });

  it('refreshes in full what read a replaced table, and so on downstream', () => {
    expect(plan({ 'lp.engagement': 'all' }).slice(0, 3)).toEqual([
      'lp.filled: full lp.engagement',
      'lp.seen: view lp.filled',
      'lp.daily: full lp.seen',
    ]);
  });

  it('refreshes in full where a dimension changed, even in some rows only', () => {
    expect(plan({ 'lp.engagement': 'rows', 'lp.products': 'rows' })[0]).toBe(
      'lp.filled: full lp.engagement lp.products',
    );
    expect(plan({ 'lp.products': 'rows' })[0]).toBe('lp.filled: full lp.products');
  });

  it('refreshes in full where one of two carriers can not tell its values', () => {
    expect(plan({ 'lp.visits': 'rows', 'lp.engagement': 'rows' })).toContain('lp.later: full lp.features lp.visits');
    expect(plan({ 'lp.visits': 'all' })).toEqual(['lp.later: full lp.visits']);
  });

  it('makes what is missing or defined anew, and refreshes what reads it', () => {
    expect(plan({}, ['lp.later'])).toEqual(['lp.later: full']);
    expect(plan({ 'lp.visits': 'rows' }, ['lp.later'])).toEqual(['lp.later: full lp.visits']);
    expect(plan({}, ['lp.d_selection'])).toEqual(['analysis lp.d: analysis', 'lp.clusters_view: view lp.ds']);
  });

  it('refreshes in full what reads a redefined view, though the tables behind it changed in some rows only', () => {
    expect(plan({ 'lp.engagement': 'rows' }, ['lp.seen']).slice(0, 3)).toEqual([
      'lp.filled: incremental lp.engagement',
      'lp.seen: view lp.filled',
      'lp.daily: full lp.seen',
    ]);
    expect(plan({}, ['lp.seen']).slice(0, 2)).toEqual(['lp.seen: view', 'lp.daily: full lp.seen']);
  });

  it('makes everything the first time', () => {
    const steps = plan({ 'lp.engagement': 'all', 'lp.products': 'all' }, ALL_TABLES);

    expect(steps).toHaveLength(GRAPH.nodes.length);
    expect(steps.filter((step) => step.includes('incremental'))).toEqual([]);
  });

  it('never refreshes incrementally a model that was not found legal', () => {
    const [step] = planRefresh({
      graph: GRAPH,
      changes: new Map([['lp.engagement', 'rows']]),
      existing: new Set(ALL_TABLES),
      incremental: new Map(),
    });

    expect(step?.mode).toBe('full');
  });
});
