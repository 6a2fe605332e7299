import { describe, expect, it } from '@jest/globals';
import type { Panel } from '../../core/models/types.ts';
import { chartOf, fieldWords, isTable, MAX_CHART_ROWS, shownColumns } from '../../dashboard/chart.ts';
import { table } from './fixture-models.ts';

const DATA = table(
  { k: 'integer', time: 'timestamp', day: 'date', inertia: 'double', note: 'string', _load_id: 'string' },
  [
    [2, '2020-01-02 03:04:05.6789', '2020-01-02', 1234.56789, 'two', 'a'],
    [3, '2020-01-02 03:04:05', null, 0.00012345678, null, 'a'],
  ],
);

function panel(parts: Partial<Panel>): Panel {
  return { title: 'Title', model: 'a.b', mark: 'line', encoding: null, note: 'Note', ...parts };
}

function names(parts: Partial<Panel>): readonly string[] {
  return shownColumns(panel(parts), DATA.columns).map((column) => column.name);
}

describe('shownColumns', () => {
  it('finds fields, groupings and expressions, in the order of the model', () => {
    const encoding = { y: { field: 'inertia' }, x: { field: 'k' } };
    expect(names({ encoding })).toEqual(['k', 'inertia']);
    expect(names({ encoding, spec: { transform: [{ filter: "datum.day > 1 && datum['note']" }] } })).toEqual([
      'k',
      'day',
      'inertia',
      'note',
    ]);
    expect(names({ encoding: {}, spec: { transform: [{ aggregate: [], groupby: ['k'] }] } })).toEqual(['k']);
  });

  it('takes a word in a title for no column', () => {
    expect(names({ encoding: { y: { field: 'inertia', title: 'inertia by k' } } })).toEqual(['inertia']);
  });

  it("shows a table's columns in the panel's order, or else all but lineage", () => {
    const columns = [{ field: 'note' }, { field: 'k' }];
    expect(names({ mark: 'table', encoding: { columns } })).toEqual(['note', 'k']);
    expect(names({ mark: 'table' })).toEqual(['k', 'time', 'day', 'inertia', 'note']);
  });
});

describe('isTable', () => {
  it('is a chart where a specification can hold the mark', () => {
    expect(isTable(panel({ mark: 'table' }))).toBe(true);
    expect(isTable(panel({ mark: null }))).toBe(true);
    expect(isTable(panel({ mark: null, spec: { layer: [] } }))).toBe(false);
  });
});

describe('chartOf', () => {
  const encoding = { x: { field: 'k' }, y: { field: 'inertia' } };

  it('embeds the columns it shows, to six significant digits', () => {
    const chart = chartOf(panel({ encoding }), DATA);
    expect(chart.columns).toEqual(['k', 'inertia']);
    expect(chart.rows).toEqual([
      [2, 1234.57],
      [3, 0.000123457],
    ]);
  });

  it('reads dates as local calendar days and times to the millisecond', () => {
    const chart = chartOf(panel({ encoding: { x: { field: 'day' }, y: { field: 'time' } } }), DATA);
    expect(chart.spec['data']).toEqual({
      name: 'rows',
      format: { parse: { time: "date:'%Y-%m-%dT%H:%M:%S.%L'", day: "date:'%Y-%m-%d'" } },
    });
    expect(chart.rows).toEqual([
      ['2020-01-02T03:04:05.678', '2020-01-02'],
      ['2020-01-02T03:04:05.000', null],
    ]);
  });

  it('puts the mark below the layers, and lets the panel say its height', () => {
    const spec = { height: 100, layer: [{ mark: 'point' }], usermeta: { width: 'half' } };
    expect(chartOf(panel({ encoding, spec }), DATA).spec).toMatchObject({
      width: 'container',
      height: 100,
      encoding,
      layer: [{ mark: 'line' }, { mark: 'point' }],
    });
    expect(chartOf(panel({ encoding, spec }), DATA).spec).not.toHaveProperty('mark');
    expect(chartOf(panel({ mark: null, spec }), DATA).spec).toMatchObject({ layer: [{ mark: 'point' }] });
  });

  it('says the labels of values in the chart as in the table, and leaves the word out of the specification', () => {
    const labelled = { x: { field: 'note', labels: { two: 'A pair' }, axis: { labels: false } }, y: { field: 'k' } };
    const chart = chartOf(panel({ encoding: labelled }), DATA);
    expect(chart.rows.map((row) => row[1])).toEqual(['A pair', null]);
    expect(chart.spec['encoding']).toEqual({ x: { field: 'note', axis: { labels: false } }, y: { field: 'k' } });
  });

  it('has a parameter for a choice that brings out, beside its own, and none for one that filters', () => {
    const choice = { field: 'note', title: 'Note', show: 'emphasis' } as const;
    const spec = { params: [{ name: 'own', value: 1 }] };
    const chart = chartOf(panel({ encoding, choice, spec }), DATA);
    expect(chart.spec['params']).toEqual([{ name: 'chosen', value: null }, ...spec.params]);
    expect(chart.columns).toContain('note');
    expect(chartOf(panel({ encoding, choice: { ...choice, show: 'only' } }), DATA).spec).not.toHaveProperty('params');
  });

  it('stops at the most rows a chart shows', () => {
    const many = table(
      { k: 'integer' },
      Array.from({ length: MAX_CHART_ROWS + 1 }, (_, k) => [k]),
    );
    expect(chartOf(panel({ encoding: { x: { field: 'k' } } }), many).rows).toHaveLength(MAX_CHART_ROWS);
  });
});

describe('fieldWords', () => {
  it('finds titles and labels, the first of each', () => {
    const encoding = {
      x: { field: 'k', title: null },
      tooltip: [
        { field: 'k', title: 'Groups' },
        { field: 'k', title: 'Again', labels: { 2: 'two' } },
      ],
    };
    const words = fieldWords(panel({ encoding })).get('k');
    expect(words?.title).toBe('Groups');
    expect(words?.labels.get('2')).toBe('two');
  });
});
