import { describe, expect, it } from '@jest/globals';
import { readFeatures } from '../../../../core/analyses/clustering/features.ts';
import type { ResultTable } from '../../../../core/tabular.ts';
import { analysisOf } from './analysis.ts';

const table: ResultTable = {
  columns: [
    { name: 'loads', type: 'bigint' },
    { name: 'state', type: 'string' },
    { name: 'id', type: 'bigint' },
    { name: 'share', type: 'double' },
  ],
  rows: [
    ['9007199254740993', 'b', '10', 0.5],
    [3, 'b', '9', null],
    [4, null, '7', 0.1],
    [5, 'a', '8', Number.NaN],
    ['6', 'Z', '1', 0.2],
  ],
};

describe('readFeatures', () => {
  it('puts the rows in the order of their keys, nulls first, and leaves out those with an unknown feature', () => {
    const read = readFeatures(
      analysisOf({ key: ['state', 'id'], features: ['share'], candidates: ['share', 'loads'] }),
      table,
    );
    expect(read.keyColumns).toEqual([
      { name: 'state', type: 'string' },
      { name: 'id', type: 'bigint' },
    ]);
    expect(read.keys).toEqual([
      [null, '7'],
      ['Z', '1'],
      ['b', '10'],
    ]);
    expect(read.features).toEqual([{ name: 'share', values: [0.1, 0.2, 0.5] }]);
    expect(read.rowsLeftOut).toBe(2);
  });

  it('keeps all rows of the candidates, with null for what is unknown', () => {
    const read = readFeatures(analysisOf({ features: ['share'], candidates: ['loads', 'share'] }), table);
    expect(read.candidates).toEqual([
      { name: 'loads', values: [6, 4, 5, 3, 9007199254740992] },
      { name: 'share', values: [0.2, 0.1, null, null, 0.5] },
    ]);
  });

  it('orders numeric keys as numbers, also those that come as text', () => {
    const read = readFeatures(analysisOf({ features: ['loads'] }), table);
    expect(read.keys.flat()).toEqual(['1', '7', '8', '9', '10']);
  });

  it('names every column that is missing or not numeric', () => {
    const read = () => readFeatures(analysisOf({ key: ['key'], features: ['state', 'pages'] }), table);
    expect(read).toThrow(
      'queries/made-up/analyses.yml: analysis things: made_up.thing_features has no column key (it has loads, state, id, share)\n' +
        'queries/made-up/analyses.yml: analysis things: column state of made_up.thing_features is a string, not a number (name a column of type integer, bigint or double)\n' +
        'queries/made-up/analyses.yml: analysis things: made_up.thing_features has no column pages (it has loads, state, id, share)',
    );
  });
});
