import type { DuckDBConnection } from '@duckdb/node-api';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { checkSelect, tableReferences } from '../../../core/models/references.ts';
import { formatProblem } from '../../../core/problems.ts';
import { openEngine, parse } from './references-ast.ts';

const FILE = 'queries/s/m.sql';
let engine: DuckDBConnection;

beforeAll(async () => {
  engine = await openEngine();
});

async function read(sql: string): Promise<{ tables: readonly string[]; problems: readonly string[] }> {
  const { references, problems } = tableReferences(await parse(engine, sql), { sql, sqlFile: FILE });
  return {
    tables: references.map(({ schema, table }) => `${schema}.${table}`),
    problems: problems.map(formatProblem),
  };
}

async function checked(sql: string): Promise<readonly string[]> {
  return checkSelect(await parse(engine, sql), { sql, sqlFile: FILE }).map(formatProblem);
}

describe('tableReferences', () => {
  it.each([
    ['FROM', 'SELECT a FROM s.t', ['s.t']],
    [
      'joins of all kinds',
      'SELECT 1 FROM s.a JOIN s.b USING (x) LEFT JOIN s.c ON true, s.d',
      ['s.a', 's.b', 's.c', 's.d'],
    ],
    ['derived tables', 'SELECT a FROM (SELECT a FROM s.t) AS q', ['s.t']],
    [
      'IN, EXISTS and scalar subqueries',
      'SELECT (SELECT max(x) FROM s.a) FROM s.b WHERE EXISTS (SELECT 1 FROM s.c) AND x IN (SELECT x FROM s.d)',
      ['s.a', 's.b', 's.c', 's.d'],
    ],
    [
      'GROUP BY, HAVING, ORDER BY and LIMIT',
      'SELECT count(*) FROM s.t GROUP BY (SELECT 1 FROM s.a) HAVING 1 = (SELECT 1 FROM s.b) ORDER BY (SELECT 1 FROM s.c) LIMIT (SELECT 1 FROM s.d)',
      ['s.a', 's.b', 's.c', 's.d', 's.t'],
    ],
    [
      'windows, CASE, lambdas and UNNEST',
      'SELECT sum(CASE WHEN 1 IN (SELECT 1 FROM s.a) THEN 1 END) OVER (ORDER BY (SELECT 1 FROM s.b)) FROM s.t, UNNEST((SELECT l FROM s.c)) AS u(x)',
      ['s.a', 's.b', 's.c', 's.t'],
    ],
    ['join conditions', 'SELECT 1 FROM s.a JOIN s.b ON a.x IN (SELECT x FROM s.c)', ['s.a', 's.b', 's.c']],
    ['set operations', 'SELECT a FROM s.t UNION ALL SELECT a FROM s.u EXCEPT SELECT a FROM s.v', ['s.t', 's.u', 's.v']],
    ['a table once, however written', 'SELECT 1 FROM S.T AS a JOIN "s"."t" AS b ON true', ['s.t']],
    ['nothing', 'SELECT 1 FROM (VALUES (1)) AS v(x)', []],
  ])('finds tables in %s', async (_where, sql, tables) => {
    expect(await read(sql)).toEqual({ tables, problems: [] });
  });

  it.each([
    [
      'later entries and the query',
      'WITH a AS (SELECT 1 AS x FROM s.t), b AS (SELECT x FROM a) SELECT x FROM A JOIN b USING (x)',
      ['s.t'],
    ],
    ['subqueries in expressions', 'WITH a AS (SELECT 1 AS x) SELECT (SELECT max(x) FROM a) FROM s.t', ['s.t']],
    ['both branches of a UNION', 'WITH a AS (SELECT 1 AS x) SELECT x FROM a UNION ALL SELECT x FROM a', []],
    [
      'itself where it is recursive',
      'WITH RECURSIVE r AS (SELECT x FROM s.t UNION ALL SELECT x + 1 FROM r WHERE x < 3) SELECT x FROM r',
      ['s.t'],
    ],
    [
      'an inner WITH, which ends with its query',
      'SELECT x FROM (WITH a AS (SELECT x FROM s.t) SELECT x FROM a) AS q',
      ['s.t'],
    ],
    ['no table with a schema, even of the same name', 'WITH t AS (SELECT x FROM s.t) SELECT x FROM t', ['s.t']],
  ])('sees the names of WITH in %s', async (_where, sql, tables) => {
    expect(await read(sql)).toEqual({ tables, problems: [] });
  });

  it.each([
    [
      'a table without schema',
      'SELECT a\nFROM t',
      [`${FILE}:2:6: "t" is named without its schema (always name the schema)`],
    ],
    [
      'an entry before it is written',
      'WITH a AS (SELECT x FROM b), b AS (SELECT 1 AS x) SELECT x FROM a',
      [`${FILE}:1:26: "b" is named without its schema (always name the schema)`],
    ],
    [
      'an entry outside its query',
      'SELECT x FROM (WITH a AS (SELECT 1 AS x) SELECT x FROM a) AS q, a',
      [`${FILE}:1:65: "a" is named without its schema (always name the schema)`],
    ],
    [
      'an entry that names itself',
      'WITH a AS (SELECT x FROM a) SELECT x FROM a',
      [`${FILE}:1:26: "a" is named without its schema (always name the schema)`],
    ],
    ['a file', "SELECT a FROM 'x.csv'", [`${FILE}:1:15: "x.csv" is named without its schema (always name the schema)`]],
    [
      'a catalog',
      'SELECT a FROM c.s.t',
      [`${FILE}:1:15: "c.s.t" names a catalog, which differs between engines (write s.t)`],
    ],
    [
      'a table function',
      "SELECT a FROM read_csv('x')",
      [`${FILE}:1:15: FROM calls "read_csv", but a model reads tables of the lake and UNNEST only`],
    ],
  ])('refuses %s', async (_what, sql, problems) => {
    expect(await read(sql)).toEqual({ tables: [], problems });
  });

  it('gives the place where a table first stands, in characters', async () => {
    const sql = "SELECT 'äé€😀'\nFROM s.a\nJOIN s.b ON 'ü' = 'ü' JOIN s.c ON true, s.b AS again";

    const { references } = tableReferences(await parse(engine, sql), { sql, sqlFile: FILE });

    expect(references).toEqual([
      { schema: 's', table: 'a', line: 2, column: 6 },
      { schema: 's', table: 'b', line: 3, column: 6 },
      { schema: 's', table: 'c', line: 3, column: 28 },
    ]);
  });
});

describe('checkSelect', () => {
  it.each([
    ['SELECT 1'],
    ['WITH a AS (SELECT 1 AS x) SELECT x FROM a'],
    ['SELECT 1 UNION ALL SELECT 2'],
    ['(SELECT 1)'],
  ])('takes %s', async (sql) => {
    expect(await checked(sql)).toEqual([]);
  });

  it.each([
    ['SELECT a\nFROM s.t\nWHER x', `${FILE}:3:6: syntax error at or near "x"`],
    ["SELECT '😀é',\n FROM FROM x", `${FILE}:2:7: syntax error at or near "FROM"`],
    ['SELECT a FROM', `${FILE}:1:14: syntax error at end of input`],
    ['CREATE TABLE s.t AS SELECT 1', `${FILE}: expected exactly one SELECT, found another statement`],
    ['DELETE FROM s.t', `${FILE}: expected exactly one SELECT, found another statement`],
    ['DESCRIBE SELECT 1', `${FILE}: expected exactly one SELECT, found another statement`],
    ['SELECT 1; SELECT 2', `${FILE}: expected exactly one SELECT, found 2 statements`],
    ['-- nothing', `${FILE}: expected exactly one SELECT, found no statement`],
  ])('refuses %j', async (sql, problem) => {
    expect(await checked(sql)).toEqual([problem]);
  });

  it('refuses what is no syntax tree', () => {
    expect(checkSelect('[]', { sql: '', sqlFile: FILE }).map(formatProblem)).toEqual([
      `${FILE}: the SQL could not be parsed`,
    ]);
  });
});
