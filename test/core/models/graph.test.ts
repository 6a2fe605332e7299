import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { affected, buildGraph } from '../../../core/models/graph.ts';
import { formatProblem } from '../../../core/problems.ts';
import { aModel, anAnalysis, graphInput, graphOf, type Sketch } from './graph-models.ts';

const CHAIN: Sketch = {
  clean: ['lp.engagement', 'lp.products', 'kiosk.purchases'],
  reads: {
    'lp.daily': ['lp.filled'],
    'lp.filled': ['lp.engagement', 'lp.products'],
    'lp.features': ['lp.filled', 'lp.daily'],
    'lp.peers': ['lp.features', 'lp.districts'],
    'kiosk.top': ['kiosk.purchases', 'lp.products'],
  },
  analyses: [anAnalysis('lp', 'district', 'lp.features')],
};

function problemsOf(sketch: Sketch): readonly string[] {
  const result = buildGraph(graphInput(sketch));
  return 'problems' in result ? result.problems.map(formatProblem) : [];
}

describe('buildGraph', () => {
  it('orders by layer, then by name, analyses among the models', () => {
    expect(graphOf(CHAIN).nodes.map(({ layer, name }) => `${layer} ${name}`)).toEqual([
      '0 kiosk.top',
      '0 lp.filled',
      '1 lp.daily',
      '2 lp.features',
      '3 analysis lp.district',
      '4 lp.peers',
    ]);
  });

  it('gives each node what it reads and makes', () => {
    const node = graphOf(CHAIN).nodes.find(({ kind }) => kind === 'analysis');

    expect(node?.reads).toEqual(['lp.features']);
    expect(node?.produces).toEqual([
      'lp.district_correlations',
      'lp.district_profiles',
      'lp.district_selection',
      'lp.districts',
    ]);
  });

  it('names an unknown table, where it stands, and what was meant', () => {
    expect(problemsOf({ ...CHAIN, reads: { ...CHAIN.reads, 'lp.daily': ['lp.engagement', 'lp.fillled'] } })).toEqual([
      'queries/lp/daily.sql:2:6: unknown table "lp.fillled", did you mean "lp.filled"?',
    ]);
    expect(problemsOf({ ...CHAIN, analyses: [anAnalysis('lp', 'district', 'lp.featurse')] })).toEqual([
      'queries/lp/analyses.yml: unknown table "lp.featurse", did you mean "lp.features"?',
    ]);
  });

  it('names a cycle in full, beginning with the same table whatever the order of the input', () => {
    const reads = { 'lp.c': ['lp.b'], 'lp.b': ['lp.a'], 'lp.a': ['lp.c', 'lp.engagement'], 'lp.z': ['lp.a'] };
    const models = Object.keys(reads).map((table) => aModel(table));
    const message = 'queries/lp/a.sql: models read each other in a circle: lp.a reads lp.c reads lp.b reads lp.a';

    expect(problemsOf({ clean: CHAIN.clean, reads, models })).toEqual([message]);
    expect(problemsOf({ clean: CHAIN.clean, reads, models: [...models].reverse() })).toEqual([message]);
  });

  it('names a model that reads itself and a cycle through an analysis', () => {
    expect(problemsOf({ clean: [], reads: { 'lp.a': ['lp.a'] } })).toEqual([
      'queries/lp/a.sql: models read each other in a circle: lp.a reads lp.a',
    ]);
    expect(problemsOf({ clean: [], reads: { 'lp.f': ['lp.ks'] }, analyses: [anAnalysis('lp', 'k', 'lp.f')] })).toEqual([
      'queries/lp/analyses.yml: models read each other in a circle: analysis lp.k reads lp.f reads analysis lp.k',
    ]);
  });

  it('refuses two producers of one table', () => {
    const sketch: Sketch = {
      clean: ['lp.engagement'],
      reads: { 'lp.engagement': [], 'lp.ks': [] },
      analyses: [anAnalysis('lp', 'k', 'lp.engagement')],
    };

    expect(problemsOf(sketch)).toEqual([
      'queries/lp/engagement.sql: "lp.engagement" is made twice: here and by a contract (rename one of them)',
      'queries/lp/ks.sql: "lp.ks" is made twice: here and by queries/lp/analyses.yml (rename one of them)',
    ]);
  });

  it('reports every problem at once', () => {
    expect(problemsOf({ clean: [], reads: { 'lp.a': ['lp.x1'], 'lp.b': ['other.thing'] } })).toHaveLength(2);
  });
});

describe('affected', () => {
  const names = (...changed: string[]) => affected(graphOf(CHAIN), new Set(changed)).map(({ name }) => name);

  it('gives what is downstream, in order, and no more', () => {
    expect(names('kiosk.purchases')).toEqual(['kiosk.top']);
    expect(names('lp.engagement')).toEqual([
      'lp.filled',
      'lp.daily',
      'lp.features',
      'analysis lp.district',
      'lp.peers',
    ]);
    expect(names('lp.products')).toContain('kiosk.top');
    expect(names('lp.districts')).toEqual(['lp.peers']);
    expect(names()).toEqual([]);
    expect(names('lp.unknown')).toEqual([]);
  });

  it('holds for random graphs: order respects reads, whatever the order of the input', () => {
    const edges = fc.array(fc.tuple(fc.nat({ max: 11 }), fc.nat({ max: 11 })), { maxLength: 30 });
    fc.assert(
      fc.property(edges, fc.nat({ max: 11 }), fc.func(fc.integer()), (pairs, changed, shuffle) => {
        const table = (i: number) => `s.m${String(i).padStart(2, '0')}`;
        const up = pairs.filter(([a, b]) => a < b);
        const reads = Object.fromEntries(
          Array.from({ length: 12 }, (_, i) => [table(i), up.filter(([, b]) => b === i).map(([a]) => table(a))]),
        );
        const models = Object.keys(reads).map((name) => aModel(name));
        const graph = graphOf({ clean: [], reads, models });
        const order = graph.nodes.map(({ name }) => name);
        const shuffled = [...models].sort((a, b) => shuffle(a.name) - shuffle(b.name));

        expect(graphOf({ clean: [], reads, models: shuffled }).nodes.map(({ name }) => name)).toEqual(order);
        for (const [a, b] of up) expect(order.indexOf(table(a))).toBeLessThan(order.indexOf(table(b)));
        expect(affected(graph, new Set([table(changed)])).map(({ name }) => name)).toEqual(
          order.filter((name) => isBelow(name, table(changed), reads)),
        );
      }),
      { numRuns: 100 },
    );
  });
});

function isBelow(name: string, top: string, reads: Readonly<Record<string, readonly string[]>>): boolean {
  return (reads[name] ?? []).some((read) => read === top || isBelow(read, top, reads));
}
