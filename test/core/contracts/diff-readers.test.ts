/** Who reads what changed: no reader is left out, and of a column none that can't name it is told. */

import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Summary } from '../../../core/analyses/types.ts';
import { type Readers, readersIn } from '../../../core/contracts/diff/readers.ts';
import type { Change } from '../../../core/contracts/diff/types.ts';
import type { Dashboard, Model, Panel } from '../../../core/models/types.ts';
import { aModel } from '../models/graph-models.ts';
import { openEngine, parse } from '../models/references-ast.ts';

const SQL: Readonly<Record<string, string>> = {
  named: 'SELECT o.amount + 1 AS more FROM tea.orders AS o',
  counted: 'SELECT state, count(*) AS n FROM tea.orders GROUP BY state',
  starred: 'SELECT orders.* FROM tea.orders',
  joined: 'SELECT v.guest FROM tea.visits AS v JOIN tea.orders USING (amount)',
  natural: 'SELECT guest FROM tea.visits NATURAL JOIN tea.orders',
  elsewhere: 'SELECT amount FROM tea.visits',
  behind: 'SELECT more FROM tea.named',
  further: 'SELECT n FROM tea.counted, tea.behind',
};

const models: readonly Model[] = Object.entries(SQL).map(([name, sql]) => ({ ...aModel(`tea.${name}`), sql }));

const summary: Summary = {
  dataset: 'tea',
  schema: 'tea',
  name: 'amounts',
  kind: 'summary',
  file: 'analyses.yml',
  input: 'tea.orders',
  columns: { group: ['state'], values: ['amount'] },
  options: { confidence: 0.95 },
  outputs: { summary: 'amount_summary' },
};

const panel = (title: string, of: string, field: string): Panel => ({
  title,
  model: of,
  mark: 'bar',
  encoding: { x: { field } },
  note: '',
});

const dashboard: Dashboard = {
  dataset: 'tea',
  title: 'Tea',
  file: 'dashboard.yml',
  panels: [
    panel('amounts', 'tea.orders', 'amount'),
    panel('states', 'tea.orders', 'state'),
    panel('summary', 'tea.amount_summary', 'mean'),
    panel('visits', 'tea.elsewhere', 'amount'),
  ],
};

describe('readers', () => {
  let of: (tables: readonly string[], column?: string) => Readers;
  beforeAll(async () => {
    const engine = await openEngine();
    const trees = new Map<string, unknown>();
    for (const { table, sql } of models) trees.set(table, await parse(engine, sql));
    const readers = readersIn({ contracts: [], models, analyses: [summary], dashboards: [dashboard] }, trees);
    if ('problem' in readers) throw new Error(readers.problem);
    of = (tables, column) => readers({ tables, ...(column === undefined ? {} : { column }) } as Change);
  });

  it('of a column are those that name it or take every column, and what is made of them', () => {
    expect(of(['tea.orders'], 'amount')).toEqual({
      direct: ['analysis tea.amounts', 'tea.joined', 'tea.named', 'tea.natural', 'tea.starred'],
      behind: ['tea.behind', 'tea.further'],
      panels: ['tea: amounts', 'tea: summary'],
    });
  });

  it('of a column that nobody names are those that take every column', () => {
    expect(of(['tea.orders'], 'note')).toEqual({ direct: ['tea.natural', 'tea.starred'], behind: [], panels: [] });
  });

  it('of a table are all that read it', () => {
    const { direct, panels } = of(['tea.orders']);
    expect(direct).toHaveLength(6);
    expect(panels).toEqual(['tea: amounts', 'tea: states', 'tea: summary']);
  });

  it('of nothing are none', () => {
    expect(of([])).toEqual({ direct: [], behind: [], panels: [] });
  });
});
