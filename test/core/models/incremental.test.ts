import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Check, messages, openCheck } from './incremental-check.ts';

let check: Check;

beforeAll(async () => {
  check = await openCheck();
});

/** What is allowed, the SQL, its carriers, and the tables whose change forces a full refresh. */
const LEGAL: readonly (readonly [string, string, readonly string[], readonly string[]])[] = [
  ['a filter', 'SELECT * FROM lp.engagement WHERE pct_access > 1', ['lp.engagement'], []],
  ['a sort', 'SELECT time, lp_id FROM lp.engagement ORDER BY lp_id', ['lp.engagement'], []],
  ['GROUP BY its columns', 'SELECT time, count(*) AS n FROM lp.engagement GROUP BY time', ['lp.engagement'], []],
  ['GROUP BY an ordinal', 'SELECT lp_id, time, count(*) AS n FROM lp.engagement GROUP BY 1, 2', ['lp.engagement'], []],
  [
    'GROUP BY an alias of it, and HAVING',
    'WITH c AS (SELECT e.time AS t, count(*) AS n FROM lp.engagement e GROUP BY t HAVING count(*) > 1) ' +
      'SELECT t AS time, n FROM c',
    ['lp.engagement'],
    [],
  ],
  [
    'grouping sets that all have it',
    'SELECT time, lp_id, count(*) AS n FROM lp.engagement GROUP BY GROUPING SETS ((time), (time, lp_id))',
    ['lp.engagement'],
    [],
  ],
  [
    'a window by it',
    'SELECT time, rank() OVER (PARTITION BY lp_id, time ORDER BY pct_access) AS r FROM lp.engagement',
    ['lp.engagement'],
    [],
  ],
  [
    'a named window by it',
    'SELECT time, sum(lp_id) OVER w AS s FROM lp.engagement WINDOW w AS (PARTITION BY time)',
    ['lp.engagement'],
    [],
  ],
  ['DISTINCT with it', 'SELECT DISTINCT time, lp_id FROM lp.engagement', ['lp.engagement'], []],
  [
    'a dimension joined',
    'SELECT e.time, p.sectors FROM lp.engagement e LEFT JOIN lp.products p ON p.lp_id = e.lp_id',
    ['lp.engagement'],
    ['lp.products'],
  ],
  [
    'a dimension on the left of an inner join, and on the null side of a RIGHT JOIN',
    'SELECT e.time FROM lp.products p RIGHT JOIN lp.engagement e ON p.lp_id = e.lp_id JOIN lp.districts d USING (district_id)',
    ['lp.engagement'],
    ['lp.districts', 'lp.products'],
  ],
  [
    'a dimension that is aggregated and cut off',
    'WITH top AS (SELECT max(lp_id) AS lp_id FROM lp.products LIMIT 1) SELECT e.time FROM lp.engagement e CROSS JOIN top',
    ['lp.engagement'],
    ['lp.products'],
  ],
  [
    'dimensions in IN, EXISTS and a scalar subquery',
    'SELECT e.time, (SELECT max(lp_id) FROM lp.products) AS m FROM lp.engagement e WHERE lp_id IN (SELECT lp_id FROM lp.products)' +
      ' AND EXISTS (SELECT 1 FROM lp.districts d WHERE d.district_id = e.district_id)',
    ['lp.engagement'],
    ['lp.districts', 'lp.products'],
  ],
  [
    'two carriers equal by ON',
    'SELECT e.time, v.minutes FROM lp.engagement e LEFT JOIN lp.visits v ON v.time = e.time AND v.minutes > 2',
    ['lp.engagement', 'lp.visits'],
    [],
  ],
  [
    'two carriers equal by USING, the merged name given',
    'SELECT time, v.minutes FROM lp.engagement e JOIN lp.visits v USING (district_id, time)',
    ['lp.engagement', 'lp.visits'],
    [],
  ],
  [
    'UNION ALL of both',
    'SELECT time, lp_id FROM lp.engagement UNION ALL SELECT time, 0 FROM lp.visits',
    ['lp.engagement', 'lp.visits'],
    [],
  ],
  [
    'renamed and renamed back through WITH and a derived table',
    'WITH a AS (SELECT time AS day, lp_id FROM lp.engagement), b AS (SELECT day AS d, count(*) AS n FROM a GROUP BY day) ' +
      'SELECT q.t AS time, q.n FROM (SELECT d AS t, n FROM b) AS q',
    ['lp.engagement'],
    [],
  ],
  [
    'UNNEST of a row',
    "SELECT e.time, s.part FROM lp.engagement e JOIN lp.products p ON p.lp_id = e.lp_id CROSS JOIN UNNEST(split(p.sectors, ';')) AS s(part)",
    ['lp.engagement'],
    ['lp.products'],
  ],
  ['a view', 'SELECT time, count(*) AS n FROM lp.known GROUP BY time', ['lp.engagement'], ['lp.products']],
  [
    'a view that is a dimension',
    'SELECT e.time, s.part FROM lp.engagement e JOIN lp.sectors s ON s.lp_id = e.lp_id',
    ['lp.engagement'],
    ['lp.products'],
  ],
  ['upper case', 'SELECT E.TIME FROM LP.Engagement AS E', ['lp.engagement'], []],
];

describe('checkIncremental', () => {
  it.each(LEGAL)('allows %s', async (_what, sql, carriers, fullOnChange) => {
    const result = await check(sql);

    expect(messages(result)).toBe('legal');
    expect(result).toEqual({ legal: true, carriers, fullOnChange });
  });

  it('says what is wrong, where, and what to do', async () => {
    const result = await check('SELECT lp_id, count(*) AS n\nFROM lp.engagement\nGROUP BY\n  lp_id', ['district_id']);

    expect(messages(result)).toBe(
      'queries/lp/m.sql:4:3: GROUP BY leaves out "district_id": an incremental refresh by district_id would differ ' +
        'from a full one (add it or use materialize: full)',
    );
  });

  it('gives the place of the reading model nothing of the view in which the problem stands', async () => {
    const result = await check('SELECT time FROM lp.known WHERE lp_id IN (SELECT lp_id FROM lp.totals)');

    expect(messages(result)).toMatch(/^queries\/lp\/m[.]sql: view "lp[.]totals": GROUP BY leaves out "time"/);
  });

  it('takes several columns together', async () => {
    const by = ['district_id', 'time'];
    const join = (on: string) =>
      check(`SELECT e.district_id, e.time FROM lp.engagement e JOIN lp.visits v USING (${on})`, by);

    expect(messages(await join('time, district_id'))).toBe('legal');
    expect(messages(await join('time'))).toContain('does not equate "district_id"');
    expect(messages(await check('SELECT time, count(*) AS n FROM lp.visits GROUP BY time', by))).toContain(
      'GROUP BY leaves out "district_id"',
    );
  });

  it('takes a table with only some of the columns as a dimension', async () => {
    const sql = 'SELECT e.district_id, e.time, d.state FROM lp.engagement e JOIN lp.districts d USING (district_id)';

    expect(await check(sql, ['district_id', 'time'])).toEqual({
      legal: true,
      carriers: ['lp.engagement'],
      fullOnChange: ['lp.districts'],
    });
  });

  it('follows a column through views of views', async () => {
    const result = await check('SELECT district AS district_id, lp_id FROM lp.through', ['district_id']);

    expect(result).toEqual({ legal: true, carriers: ['lp.engagement'], fullOnChange: ['lp.products'] });
  });

  it('reports every mistake of a SELECT, each once', async () => {
    const result = await check('SELECT DISTINCT lp_id, rank() OVER (ORDER BY lp_id) AS r FROM lp.engagement LIMIT 1');

    expect(result.legal ? [] : result.problems.map(({ message }) => message.split(':')[0])).toEqual([
      'the window of rank leaves out "time"',
      'SELECT DISTINCT leaves out "time"',
      'LIMIT and OFFSET count rows of all values of "time"',
    ]);
  });

  it('does not follow a view that reads itself', async () => {
    expect((await check('SELECT district_id FROM lp.self', ['district_id'])).legal).toBe(false);
  });

  it('refuses a model without "by" and a statement that could not be parsed', async () => {
    expect(messages(await check('SELECT time FROM lp.visits', []))).toContain('names its columns in "by"');
    expect((await check('SELEC time')).legal).toBe(false);
  });
});
