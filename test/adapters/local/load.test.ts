import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { column, contractOf, SALES, table } from '../../support/contracts.ts';
import { TestLake } from '../../support/lake.ts';

let lake: TestLake;
beforeEach(async () => {
  lake = await TestLake.open(SALES);
});
afterEach(() => lake.close());

const HEADER = 'id,day,amount,note\n';
const all = () => lake.rows('SELECT id, day, amount, note FROM shop.sales ORDER BY id, day');
const lineage = () => lake.rows('SELECT id, _source_file, _row_number FROM shop.sales ORDER BY id, day');
const books = () =>
  lake.rows(`SELECT source_file, rows_read, rows_loaded, rows_duplicate, rows_quarantined, status
    FROM ops.loads ORDER BY load_id`);

describe('what a file may look like', () => {
  const expected = [
    { id: 1, day: '2020-01-01', amount: 1.5, note: 'a, "b"\nc' },
    { id: 2, day: '2020-01-02', amount: null, note: null },
  ];
  it.each([
    ['plain', 'id,day,amount,note\n1,2020-01-01,1.5,"a, ""b""\nc"\n2,2020-01-02,,\n'],
    ['no last newline', 'id,day,amount,note\n1,2020-01-01,1.5,"a, ""b""\nc"\n2,2020-01-02,,'],
    ['a byte order mark', '\ufeffid,day,amount,note\n1,2020-01-01,1.5,"a, ""b""\nc"\n2,2020-01-02,,\n'],
    ['headers in another order', 'note,amount,day,id\n"a, ""b""\nc",1.5,2020-01-01,1\n,,2020-01-02,2\n'],
    [
      'everything in quotes',
      '"id","day","amount","note"\n"1","2020-01-01","1.5","a, ""b""\nc"\n"2","2020-01-02","",""\n',
    ],
    ['spaces in numbers', 'id,day,amount,note\n 1,2020-01-01, 1.5 ,"a, ""b""\nc"\n2 ,2020-01-02,,\n'],
    ['blank lines', 'id,day,amount,note\n\n1,2020-01-01,1.5,"a, ""b""\nc"\n\n2,2020-01-02,,\n\n'],
  ])('%s', async (_name, content) => {
    lake.drop('sales/x.csv', content);
    await lake.load();
    expect(await all()).toEqual(expected);
  });

  it('CRLF line ends, beside a file with LF', async () => {
    lake.drop('sales/a.csv', 'id,day,amount,note\n7,2020-01-07,7,x\n');
    lake.drop('sales/b.csv', 'id,day,amount,note\r\n1,2020-01-01,1.5,a\r\n2,2020-01-02,,b\r\n');
    await lake.load();
    expect(await all()).toEqual([
      { id: 1, day: '2020-01-01', amount: 1.5, note: 'a' },
      { id: 2, day: '2020-01-02', amount: null, note: 'b' },
      { id: 7, day: '2020-01-07', amount: 7, note: 'x' },
    ]);
  });

  it('compressed, and an optional column missing', async () => {
    lake.drop('sales/x.csv.gz', 'day,id\n2020-01-01,1\n');
    await lake.load();
    expect(await all()).toEqual([{ id: 1, day: '2020-01-01', amount: null, note: null }]);
  });
});

describe('lineage', () => {
  it('names the file and counts records from one, failing ones and embedded newlines included', async () => {
    lake.drop('sales/a.csv', `${HEADER}1,2020-01-01,1,"x\ny"\nbad,2020-01-01,1,\n3,2020-01-01,1,\n`);
    lake.drop('sales/b.csv', `${HEADER}4,2020-01-01,1,\n`);
    await lake.load();
    expect(await lineage()).toEqual([
      { id: 1, _source_file: 'shop/sales/a.csv', _row_number: 1 },
      { id: 3, _source_file: 'shop/sales/a.csv', _row_number: 3 },
      { id: 4, _source_file: 'shop/sales/b.csv', _row_number: 1 },
    ]);
    const ids = await lake.rows(
      'SELECT DISTINCT s._load_id = l.load_id AS same FROM shop.sales s JOIN ops.loads l ON l.source_file = s._source_file',
    );
    expect(ids).toEqual([{ same: true }]);
  });
});

describe('merge', () => {
  it('lets the later arrival win, and counts the row that it overrides in the same batch as a duplicate', async () => {
    lake.drop('sales/a.csv', `${HEADER}1,2020-01-01,1,\n2,2020-01-01,2,\n`);
    lake.drop('sales/b.csv', `${HEADER}1,2020-01-01,10,\n`);
    await lake.load();
    expect((await all()).map(({ amount }) => amount)).toEqual([10, 2]);
    expect(await books()).toMatchObject([
      { source_file: 'shop/sales/a.csv', rows_loaded: '1', rows_duplicate: '1' },
      { source_file: 'shop/sales/b.csv', rows_loaded: '1', rows_duplicate: '0' },
    ]);
  });

  it('lets the later arrival win when the older file is processed late', async () => {
    const early = lake.drop('sales/late.csv', `${HEADER}9,2020-01-01,9,\n`);
    lake.remove('sales/late.csv');
    lake.drop('sales/b.csv', `${HEADER}1,2020-01-01,10,\n`);
    await lake.load();
    lake.drop('sales/a.csv', `${HEADER}1,2020-01-01,1,\n2,2020-01-01,2,\n`, early);
    await lake.load();
    expect((await all()).map(({ amount }) => amount)).toEqual([10, 2]);
  });

  it('takes the last of equal keys in one file', async () => {
    lake.drop('sales/a.csv', `${HEADER}1,2020-01-01,1,\n1,2020-01-01,2,\n`);
    await lake.load();
    expect(await lineage()).toEqual([{ id: 1, _source_file: 'shop/sales/a.csv', _row_number: 2 }]);
  });

  it('changes nothing when the same rows come under another name', async () => {
    const content = `${HEADER}1,2020-01-01,1,a\n2,2020-01-01,,b\n`;
    lake.drop('sales/a.csv', content);
    await lake.load();
    const before = await lake.rows('SELECT * FROM shop.sales ORDER BY id');
    lake.drop('sales/a.csv.gz', content);
    const { changes, tables } = await lake.load();
    expect(changes.size).toBe(0);
    expect(tables[0]).toMatchObject({ rows_read: 2, rows_loaded: 0, rows_duplicate: 2, rows_quarantined: 0 });
    expect(await lake.rows('SELECT * FROM shop.sales ORDER BY id')).toEqual(before);
  });

  it('takes a corrected file for what the old one had brought, and gives back what that had overridden', async () => {
    lake.drop('sales/a.csv', `${HEADER}1,2020-01-01,1,\n2,2020-01-01,2,\n`);
    lake.drop('sales/b.csv', `${HEADER}1,2020-01-01,10,\n3,2020-01-01,30,\n`);
    await lake.load();
    lake.drop('sales/b.csv', `${HEADER}4,2020-01-01,40,\n`);
    await lake.load();
    expect(await all()).toMatchObject([
      { id: 1, amount: 1 },
      { id: 2, amount: 2 },
      { id: 4, amount: 40 },
    ]);
    expect((await books()).map(({ status }) => status)).toEqual(['loaded', 'superseded', 'loaded']);
  });
});

describe('the ledger', () => {
  it('skips what it knows, by content and not by time', async () => {
    const content = `${HEADER}1,2020-01-01,1,\n`;
    lake.drop('sales/a.csv', content);
    await lake.load();
    lake.drop('sales/a.csv', content);
    expect(await lake.load()).toMatchObject({ skipped: 1, filesLoaded: 0 });
    expect(await lake.load()).toMatchObject({ skipped: 1, filesLoaded: 0 });
    expect(await books()).toHaveLength(1);
  });

  it('keeps the rows of a file that is gone', async () => {
    lake.drop('sales/a.csv', `${HEADER}1,2020-01-01,1,\n`);
    await lake.load();
    lake.remove('sales/a.csv');
    lake.drop('sales/b.csv', `${HEADER}2,2020-01-01,2,\n`);
    await lake.load();
    expect((await all()).map(({ id }) => id)).toEqual([1, 2]);
  });

  it('loads again when the contract changes, in the shape of the new one', async () => {
    lake.drop('sales/a.csv', `${HEADER}1,2020-01-01,1,x\n2,2020-01-01,50,y\n`);
    await lake.load();
    const changed = contractOf(
      table(
        'sales',
        [
          column('id', 'bigint', { required: true }),
          column('day', 'date', { required: true }),
          column('amount', 'double', { maximum: 10 }),
          column('label', 'string', { source: { kind: 'header', name: 'note' } }),
        ],
        { primaryKey: ['id', 'day'] },
      ),
    );
    await lake.load(changed);
    expect(await lake.rows('SELECT id, label FROM shop.sales')).toEqual([{ id: '1', label: 'x' }]);
    expect(await lake.rows("SELECT reason FROM ops.quarantine WHERE status = 'open'")).toEqual([
      { reason: 'above the maximum of 10' },
    ]);
  });
});

describe('replace', () => {
  const contract = contractOf(
    table('kinds', [column('kind', 'string', { required: true }), column('label', 'string')], {
      load: 'replace',
      landing: 'kinds*.csv',
      primaryKey: ['kind'],
    }),
  );
  const kinds = () => lake.rows('SELECT kind, label FROM shop.kinds ORDER BY kind');

  it('makes the version that arrived last the table, whichever is processed first', async () => {
    const early = lake.drop('kinds-1.csv', 'kind,label\na,1\nb,1\n');
    lake.drop('kinds-2.csv', 'kind,label\na,2\n');
    await lake.load(contract);
    expect(await kinds()).toEqual([{ kind: 'a', label: '2' }]);
    lake.drop('kinds-0.csv', 'kind,label\nz,0\n', early);
    expect((await lake.load(contract)).changes.size).toBe(0);
    expect(await kinds()).toEqual([{ kind: 'a', label: '2' }]);
    lake.drop('kinds-1.csv', 'kind,label\nc,3\nc,4\n');
    await lake.load(contract);
    expect(await kinds()).toEqual([{ kind: 'c', label: '4' }]);
  });

  it('gives the table back to the version before, where the last one is corrected to an older one', async () => {
    lake.drop('kinds-1.csv', 'kind,label\na,1\n');
    const late = lake.drop('kinds-2.csv', 'kind,label\nb,2\n');
    await lake.load(contract);
    lake.drop('kinds-2.csv', 'kind,label\nc,3\n', late - 3_600_000);
    await lake.load(contract);
    expect(await kinds()).toEqual([{ kind: 'a', label: '1' }]);
  });
});

describe('a contract that gives a file to another table', () => {
  const columns = [column('id', 'integer', { required: true }), column('note', 'string')];
  const contractWhere = (landings: [string, string], load: 'merge' | 'replace' | 'append') => {
    const more = {
      load,
      primaryKey: load === 'merge' ? ['id'] : [],
      identity: load === 'append' ? ['id', 'note'] : [],
    };
    return contractOf(
      table('old', columns, { landing: landings[0], ...more }),
      table('young', columns, { landing: landings[1], ...more }),
    );
  };

  it.each(['merge', 'append', 'replace'] as const)('takes its rows from the one it was in: %s', async (load) => {
    const before = contractWhere(['*.csv', 'none/*.csv'], load);
    lake.drop('kept.csv', 'id,note\n1,kept\n');
    lake.drop('moved.csv', 'id,note\n1,moved\n2,moved\n');
    await lake.load(before);
    const after = contractWhere(['kept*.csv', 'moved*.csv'], load);
    const { changes } = await lake.load(after);
    expect(await lake.rows('SELECT id, note FROM shop.old')).toEqual([{ id: 1, note: 'kept' }]);
    expect(await lake.rows('SELECT id, note FROM shop.young ORDER BY id')).toEqual([
      { id: 1, note: 'moved' },
      { id: 2, note: 'moved' },
    ]);
    expect([...changes.keys()].sort()).toEqual(['shop.old', 'shop.young']);
  });
});

it('equal events are found by a hash that lakes keep: where an engine hashes otherwise, the plan needs a new version', async () => {
  const sql = "SELECT hash(7::INTEGER, 'a card', NULL::INTEGER, TIMESTAMP '2020-01-31 23:59:59')::VARCHAR AS hash";
  expect(await lake.rows(sql)).toEqual([{ hash: '6847540029188525233' }]);
});
