/** What a run does after a change of a contract is what `contract diff` says of loaded rows. */

import { cpSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Workspace } from '../support/cli.ts';
import { BASE, changedTo, FILE, FILES } from '../support/contract-pairs/index.ts';
import { teaTrade, write } from '../support/tea-trade.ts';

describe('a run after a change', () => {
  const PLACE = ['--no-warehouse', '--dataset', 'tea-trade'];
  const before = new Workspace();
  let work: Workspace;
  let root: string;
  beforeAll(async () => {
    for (const [key, content] of Object.entries(FILES)) before.drop(key, content);
    await before.soundRun('--project', teaTrade(join(before.root, 'project')), ...PLACE);
  }, 60_000);
  beforeEach(() => {
    work = new Workspace();
    cpSync(before.root, work.root, { recursive: true, preserveTimestamps: true });
    root = join(work.root, 'project');
  });
  afterEach(() => work.close());
  afterAll(() => before.close());

  async function changed(what: string): Promise<{ says: string; rows: Record<string, number> }> {
    const older = teaTrade(join(work.root, 'older'));
    write(root, FILE, changedTo(what));
    const { stdout } = await work.cli(['contract', 'diff', '--against', older, '--project', root]);
    const run = await work.soundRun('--project', root, ...PLACE, '--json');
    const [dataset] = (
      JSON.parse(run.stdout) as { datasets: { tables: { table_name: string; rows_read: number }[] }[] }
    ).datasets;
    const rows = (dataset?.tables ?? []).map(({ table_name, rows_read }) => [table_name, rows_read]);
    return { says: stdout, rows: Object.fromEntries(rows) };
  }

  it('that says nothing loads nothing', async () => {
    const { says, rows } = await changed('another unit');
    expect(says).toContain('loaded rows: nothing; figures stay as they are\n');
    expect(rows).toEqual({ orders: 0, visits: 0, readings: 0 });
  });

  it('that says reload loads the files of that table again, and no others', async () => {
    const { says, rows } = await changed('another classification');
    expect(says).toContain('loaded rows: reload, refresh models; the rows stay the same\n');
    expect(rows).toEqual({ orders: 2, visits: 0, readings: 0 });
    expect(await work.query('SELECT count(*) AS n FROM tea_trade.orders')).toEqual([{ n: 2 }]);
  });

  it('that narrows takes loaded rows to quarantine', async () => {
    const older = teaTrade(join(work.root, 'older'));
    write(root, FILE, BASE.replace('minimum: 0', 'minimum: 25'));
    const { stdout } = await work.cli(['contract', 'diff', '--against', older, '--project', root]);
    expect(stdout).toContain(
      'senders: rows below 25 go to quarantine\n    loaded rows: reload, backfill, refresh models',
    );
    await work.soundRun('--project', root, ...PLACE);
    expect(await work.query('SELECT order_id FROM tea_trade.orders')).toEqual([{ order_id: 2 }]);
    expect(await work.query('SELECT state, paid FROM tea_trade.states')).toEqual([{ state: 'open', paid: 30.5 }]);
  });

  it('that requires a header leaves the rows of files that lack it', async () => {
    const { says } = await changed('a required column added');
    expect(says).toContain('files without the header "stay" are refused');
    expect(await work.query('SELECT guest, stay FROM tea_trade.visits')).toEqual([{ guest: 'ann', stay: null }]);
    expect(await work.query("SELECT source_file FROM ops.loads WHERE status = 'refused'")).toEqual([
      { source_file: 'tea-trade/visits/1.csv' },
    ]);
  });

  it('that protects leaves clear text of files that are gone, as it says', async () => {
    renameSync(join(work.landing, 'tea-trade/orders'), join(work.root, 'archive'));
    const { says } = await changed('protection');
    expect(says).toContain('rows whose files are no longer in the landing folder keep their clear text');
    const customers = () => work.query('SELECT customer FROM tea_trade.orders WHERE customer IS NOT NULL');
    expect(await customers()).toEqual([{ customer: 'Ann' }]);
    renameSync(join(work.root, 'archive'), join(work.landing, 'tea-trade/orders'));
    expect(readdirSync(join(work.landing, 'tea-trade/orders'))).toEqual(['north-1.csv']);
    await work.soundRun('--project', root, ...PLACE);
    expect(await customers()).toEqual([{ customer: '***' }]);
  });

  it('of a renamed table loads its files into the new one, and leaves the old one as it is', async () => {
    const older = teaTrade(join(work.root, 'older'));
    write(root, FILE, BASE.replace('- name: readings', '- name: cellar'));
    const { stdout } = await work.cli(['contract', 'diff', '--against', older, '--project', root]);
    expect(stdout).toContain('the table of the old name stays in the lake as it is');
    await work.soundRun('--project', root, ...PLACE);
    for (const table of ['cellar', 'readings']) {
      expect(await work.query(`SELECT taken FROM tea_trade.${table}`)).toEqual([{ taken: 1 }]);
    }
  });
});
