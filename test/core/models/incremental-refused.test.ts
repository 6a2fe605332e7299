import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Check, messages, openCheck } from './incremental-check.ts';

let check: Check;

beforeAll(async () => {
  check = await openCheck();
});

/** What is refused, the SQL, and what the message says. */
const ILLEGAL: readonly (readonly [string, string, string])[] = [
  [
    'GROUP BY without it',
    'SELECT lp_id, count(*) AS n FROM lp.engagement GROUP BY lp_id',
    'GROUP BY leaves out "time"',
  ],
  [
    'GROUP BY an expression of it',
    "SELECT date_trunc('month', time) AS time, count(*) AS n FROM lp.engagement GROUP BY 1",
    'GROUP BY leaves out "time"',
  ],
  [
    'GROUP BY a column that only has its name',
    'SELECT d.time, count(*) AS n FROM (SELECT lp_id AS time FROM lp.engagement) d GROUP BY d.time',
    'GROUP BY leaves out "time"',
  ],
  ['ROLLUP', 'SELECT time, count(*) AS n FROM lp.engagement GROUP BY ROLLUP (time)', 'GROUP BY leaves out "time"'],
  ['GROUP BY ()', 'SELECT count(*) AS n FROM lp.engagement GROUP BY ()', 'GROUP BY leaves out "time"'],
  ['GROUP BY ALL', 'SELECT time, count(*) AS n FROM lp.engagement GROUP BY ALL', 'GROUP BY ALL does not name'],
  ['an aggregate of everything', 'SELECT max(time) AS time FROM lp.engagement', 'an aggregate without GROUP BY'],
  [
    'the last day of the whole data, joined',
    'WITH l AS (SELECT max(time) AS last FROM lp.engagement) SELECT e.time, l.last FROM lp.engagement e CROSS JOIN l',
    'an aggregate without GROUP BY',
  ],
  [
    'the last day of the whole data, in a subquery',
    'SELECT e.time, (SELECT max(time) FROM lp.engagement) AS last FROM lp.engagement e',
    'a subquery in an expression reads a table that has "time"',
  ],
  [
    'a subquery over an entry of WITH',
    'WITH c AS (SELECT * FROM lp.visits) SELECT e.time FROM lp.engagement e WHERE EXISTS (SELECT 1 FROM c)',
    'a subquery in an expression reads a table that has "time"',
  ],
  [
    'a subquery within a subquery, in ORDER BY of a window',
    'SELECT time, rank() OVER (PARTITION BY time ORDER BY (SELECT 1 WHERE 1 IN (SELECT lp_id FROM lp.engagement))) AS r FROM lp.engagement',
    'a subquery in an expression reads a table that has "time"',
  ],
  [
    'a dimension filtered by a carrier',
    'WITH p AS (SELECT lp_id FROM lp.products WHERE lp_id IN (SELECT lp_id FROM lp.engagement)) ' +
      'SELECT e.time FROM lp.engagement e JOIN p ON p.lp_id = e.lp_id',
    'a subquery in an expression reads a table that has "time"',
  ],
  [
    'a window without it',
    'SELECT time, rank() OVER (PARTITION BY lp_id ORDER BY time) AS r FROM lp.engagement',
    'the window of rank leaves out "time"',
  ],
  [
    'a window without it in QUALIFY',
    'SELECT time FROM lp.engagement QUALIFY row_number() OVER (ORDER BY time) = 1',
    'the window of row_number leaves out "time"',
  ],
  ['DISTINCT without it', 'SELECT DISTINCT lp_id FROM lp.engagement', 'SELECT DISTINCT leaves out "time"'],
  ['DISTINCT ON', 'SELECT DISTINCT ON (time) time, lp_id FROM lp.engagement', 'DISTINCT ON is not followed'],
  ['LIMIT', 'SELECT time FROM lp.engagement ORDER BY time LIMIT 5', 'LIMIT and OFFSET count rows'],
  ['OFFSET', 'SELECT time FROM lp.engagement ORDER BY time OFFSET 5', 'LIMIT and OFFSET count rows'],
  [
    'LIMIT of a UNION ALL',
    'SELECT time FROM lp.engagement UNION ALL SELECT time FROM lp.visits LIMIT 1',
    'LIMIT and OFFSET',
  ],
  ['UNION', 'SELECT time FROM lp.engagement UNION SELECT time FROM lp.visits', 'UNION is not followed'],
  ['EXCEPT', 'SELECT time FROM lp.engagement EXCEPT ALL SELECT time FROM lp.visits', 'EXCEPT ALL is not followed'],
  [
    'UNION ALL with constants',
    "SELECT time FROM lp.engagement UNION ALL SELECT DATE '2020-01-01'",
    'a branch of UNION ALL',
  ],
  [
    'UNION ALL whose branches swap columns',
    'SELECT time, lp_id FROM lp.engagement UNION ALL SELECT lp_id, time FROM lp.engagement',
    'the output has no "time"',
  ],
  [
    'carriers joined on something else',
    'SELECT e.time FROM lp.engagement e JOIN lp.visits v ON v.district_id = e.district_id',
    'does not equate "time"',
  ],
  [
    'carriers joined on either',
    'SELECT e.time FROM lp.engagement e JOIN lp.visits v ON v.time = e.time OR v.minutes > 1',
    'does not equate "time"',
  ],
  [
    'carriers joined on an expression',
    'SELECT e.time FROM lp.engagement e JOIN lp.visits v ON v.time = e.time + 1',
    'does not equate "time"',
  ],
  [
    'carriers equal in WHERE only',
    'SELECT e.time FROM lp.engagement e, lp.visits v WHERE v.time = e.time',
    'does not equate "time"',
  ],
  [
    'a carrier equal to itself, not to the other',
    'SELECT e.time FROM lp.engagement e JOIN lp.visits v ON e.time = e.time',
    'does not equate "time"',
  ],
  [
    'a third carrier joined to the null side',
    'SELECT e.time FROM lp.engagement e LEFT JOIN lp.visits v ON v.time = e.time LEFT JOIN lp.visits w ON w.time = v.time',
    'does not equate "time"',
  ],
  [
    'its origin on the null side',
    'SELECT v.time FROM lp.engagement e LEFT JOIN lp.visits v ON v.time = e.time',
    'the output has no "time" that is a plain column',
  ],
  [
    'a dimension kept by an outer join',
    'SELECT e.time, p.lp_id FROM lp.products p LEFT JOIN lp.engagement e ON e.lp_id = p.lp_id',
    'the LEFT JOIN keeps rows of a side without "time"',
  ],
  ['FULL JOIN', 'SELECT time FROM lp.engagement FULL JOIN lp.visits USING (time)', 'FULL JOIN is not allowed'],
  ['NATURAL JOIN', 'SELECT time FROM lp.engagement NATURAL JOIN lp.visits', 'NATURAL JOIN is not allowed'],
  ['ANTI JOIN', 'SELECT e.time FROM lp.engagement e ANTI JOIN lp.products p ON true', 'ANTI JOIN is not allowed'],
  ['an expression of its name', 'SELECT time + 1 AS time FROM lp.engagement', 'the output has no "time"'],
  ['another column of its name', 'SELECT lp_id AS time, time AS day FROM lp.engagement', 'the output has no "time"'],
  ['no such output', 'SELECT lp_id FROM lp.engagement', 'the output has no "time"'],
  ['a constant', 'SELECT 1 AS time', 'no input has "time"'],
  ['dimensions only', 'SELECT lp_id AS time FROM lp.products', 'no input has "time"'],
  [
    'the name twice',
    'SELECT e.time, v.* FROM lp.engagement e JOIN lp.visits v USING (time)',
    'two output columns are named',
  ],
  ['a changed star', 'SELECT * REPLACE (lp_id AS time) FROM lp.engagement', 'the columns of "*" are not known'],
  ['an alias list', 'SELECT q.time FROM lp.engagement AS q(a, time, c, d)', 'a list of column aliases hides'],
  [
    'an alias list of WITH',
    'WITH q(time) AS (SELECT lp_id FROM lp.engagement) SELECT time FROM q',
    'a list of column aliases',
  ],
  ['a sample', 'SELECT time FROM lp.engagement TABLESAMPLE 10%', 'a sample is drawn anew'],
  [
    'a sampled query',
    'SELECT time FROM lp.engagement, (FROM lp.products USING SAMPLE 3) AS p',
    'a sample is drawn anew',
  ],
  ['a past version', 'SELECT time FROM lp.engagement AT (VERSION => 1)', 'a past version has none'],
  ['the clock', 'SELECT time, current_date AS asked FROM lp.engagement', '"current_date" gives another value'],
  ['chance', 'SELECT time FROM lp.engagement WHERE random() < 0.5', '"random" gives another value'],
  [
    'recursion over a carrier',
    'WITH RECURSIVE r AS (SELECT time FROM lp.engagement UNION ALL SELECT time + 1 FROM r) SELECT time FROM r',
    'WITH RECURSIVE reads a table that has "time"',
  ],
  ['a table function', "SELECT time FROM lp.engagement, read_csv('x')", 'FROM calls "read_csv"'],
  [
    'a view without it',
    'SELECT e.time, t.n FROM lp.engagement e JOIN lp.totals t USING (lp_id)',
    'view "lp.totals": GROUP BY',
  ],
  ['a view of a clock', 'SELECT district_id FROM lp.today', 'view "lp.today": "now" gives another value'],
];

describe('checkIncremental', () => {
  it.each(ILLEGAL)('refuses %s', async (_what, sql, message) => {
    expect(messages(await check(sql))).toContain(message);
  });
});
