/** Which models a run that is asked for some of them makes. */

import { describe, expect, it } from '@jest/globals';
import type { ModelGraph } from '../../../core/pipeline/model-graph.ts';
import { datasetSteps, modelScope } from '../../../core/pipeline/refresh-plan.ts';
import type { LandfallError } from '../../../core/problems.ts';
import { graphOf } from '../models/graph-models.ts';

/** shop.sales → shop.days → shop.months → farm.totals, and beside them shop.others and shop.both, which reads two. */
const graph = graphOf({
  clean: ['shop.sales'],
  reads: {
    'shop.days': ['shop.sales'],
    'shop.months': ['shop.days'],
    'shop.others': ['shop.sales'],
    'shop.both': ['shop.months', 'shop.others'],
    'farm.totals': ['shop.months'],
  },
});
const definitions = new Map(graph.nodes.flatMap(({ produces }) => produces.map((table) => [table, `of ${table}`])));
const models = { graph, definitions, incremental: new Map() } as unknown as ModelGraph;
const made = new Map([...definitions].map(([table, definition]) => [table, { definition, at: null, warned: null }]));
const without = (...tables: string[]) => new Map([...made].filter(([table]) => !tables.includes(table)));

const scopeOf = (tables: typeof made, ...asked: string[]) => [...modelScope(models, tables, asked)].sort();

describe('modelScope', () => {
  it('is what was asked for, where all else is made', () => {
    expect(scopeOf(made, 'shop.months')).toEqual(['shop.months']);
  });

  it('has what is missing behind it, and behind what reads it, however far', () => {
    expect(scopeOf(without('shop.days', 'shop.others'), 'shop.months')).toEqual([
      'shop.days',
      'shop.months',
      'shop.others',
    ]);
    expect(scopeOf(without('shop.days'), 'farm.totals')).toEqual(['farm.totals', 'shop.days']);
  });

  it('leaves out what is missing elsewhere', () => {
    expect(scopeOf(without('farm.totals'), 'shop.others')).toEqual(['shop.others']);
  });

  it('throws with exit code 2 where there is no such model, naming the nearest', () => {
    let thrown: LandfallError | undefined;
    try {
      modelScope(models, made, ['shop.month']);
    } catch (error) {
      thrown = error as LandfallError;
    }
    expect(thrown?.exitCode).toBe(2);
    expect(thrown?.message).toBe(
      'there is no model or result "shop.month", did you mean "shop.months"? expected one of farm.totals, shop.both, shop.days, shop.months, shop.others',
    );
  });
});

describe('datasetSteps', () => {
  const steps = (schema: string, ask: { scope?: ReadonlySet<string>; full?: boolean }, changed: string[] = []) => {
    const changes = new Map(changed.map((table) => [table, 'all'] as const));
    return datasetSteps(models, made, { schema, changes, full: false, ...ask }).map(({ node }) => node.name);
  };

  it('are of what was asked for and its readers, from one data set to the next', () => {
    const scope = new Set(['shop.months']);
    expect(steps('shop', { scope })).toEqual(['shop.months', 'shop.both']);
    expect(steps('farm', { scope }, ['shop.months', 'shop.both'])).toEqual(['farm.totals']);
  });

  it('are all of the data set with full, and none where nothing changed', () => {
    expect(steps('shop', { full: true })).toHaveLength(4);
    expect(steps('shop', {})).toEqual([]);
  });
});
