/** What stands inside a statement in PostgreSQL and can not in Redshift. */

import { FUNCTIONS, type Lack, TYPES, UNSUPPORTED } from './statement.ts';

export const QUERIES: readonly Lack[] = [
  {
    name: 'upserts by INSERT',
    page: 'r_INSERT_30.html',
    lacks: /\bON CONFLICT\b|\bOVERRIDING (USER|SYSTEM) VALUE\b/i,
    caught: ['INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING'],
  },
  {
    name: 'RETURNING',
    page: 'r_DELETE.html',
    lacks: /\bRETURNING\b/i,
    caught: ['DELETE FROM t RETURNING a'],
  },
  {
    name: 'MERGE beyond one table and one WHEN MATCHED with one WHEN NOT MATCHED, without conditions',
    page: 'r_MERGE.html',
    lacks: ({ bare, sql }) => /^(WITH .*)?\bMERGE INTO\b/i.test(bare) && !isRedshiftMerge(sql, bare),
    caught: [
      'MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE',
      'MERGE INTO t USING s ON t.a = s.a WHEN MATCHED AND s.gone THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (s.a)',
      'MERGE INTO t USING (SELECT 1 AS a) s ON t.a = s.a WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (s.a)',
      'MERGE INTO t x USING s ON x.a = s.a WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (s.a)',
      'MERGE INTO t USING t s ON t.a = s.a WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (s.a)',
      'MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED THEN INSERT VALUES (s.a)',
      'MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE WHEN NOT MATCHED BY SOURCE THEN DELETE',
      'WITH s AS (SELECT 1 AS a) MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT VALUES (s.a)',
    ],
  },
  {
    name: 'arrays and subscripts',
    page: UNSUPPORTED,
    lacks: /\[|\bANY ?\( ?(ARRAY|\$)/i,
    caught: ['SELECT ARRAY[1, 2]', 'SELECT a[1] FROM t', 'SELECT a FROM t WHERE a = ANY($1)'],
  },
  {
    name: 'FILTER of an aggregate',
    page: 'c_Aggregate_Functions.html',
    lacks: /\bFILTER ?\( ?WHERE\b/i,
    caught: ['SELECT count(*) FILTER (WHERE a > 1) FROM t'],
  },
  {
    name: 'aggregates: LISTAGG is there, no other of lists, and none of pairs',
    page: FUNCTIONS,
    lacks: /\b(string_agg|array_agg|xmlagg|jsonb?(_object)?_agg|every|corr|covar_(pop|samp)|regr_\w+|mode) ?\(/i,
    caught: ["SELECT string_agg(a, ',') FROM t", 'SELECT array_agg(a) FROM t', 'SELECT corr(a, b) FROM t'],
  },
  {
    name: 'functions that give rows',
    page: FUNCTIONS,
    lacks:
      /\b(generate_series|generate_subscripts|unnest|regexp_split_to_table|regexp_matches|jsonb?_\w+|string_to_table) ?\(|\bWITH ORDINALITY\b/i,
    caught: ['SELECT * FROM t, generate_series(1, 3)', 'INSERT INTO t SELECT unnest(a) FROM s'],
  },
  {
    name: 'other functions',
    page: FUNCTIONS,
    lacks:
      /\b(pg_(try_)?advisory\w*|pg_sleep|clock_timestamp|transaction_timestamp|justify_\w+|setseed|width_bucket|div|bit_length|overlay|encode|decode_bytea|convert_(from|to)|format|quote_nullable|regexp_split_to_array|pg_reload_conf|pg_switch_wal|gen_random_uuid) ?\(|\bcurrent_catalog\b/i,
    caught: ['SELECT pg_advisory_lock(1)', "SELECT format('%s', a) FROM t", 'SELECT gen_random_uuid()'],
  },
  {
    name: 'operators of JSON, arrays and ranges',
    page: TYPES,
    lacks: /->|#>|@>|<@|&&|\?\|/,
    caught: ["SELECT a -> 'b' FROM t", 'SELECT a @> b FROM t'],
  },
  {
    name: 'IS DISTINCT FROM',
    page: FUNCTIONS,
    lacks: /\bIS (NOT )?DISTINCT FROM\b/i,
    caught: ['SELECT a IS NOT DISTINCT FROM b FROM t'],
  },
  {
    name: 'DISTINCT ON',
    page: 'r_SELECT_list.html',
    lacks: /\bDISTINCT ON ?\(/i,
    caught: ['SELECT DISTINCT ON (a) a, b FROM t'],
  },
  {
    name: 'lateral joins and samples of tables',
    page: 'r_FROM_clause30.html',
    lacks: /\bLATERAL\b|\bTABLESAMPLE\b/i,
    caught: ['SELECT a FROM t, LATERAL (SELECT t.b) s', 'SELECT a FROM t TABLESAMPLE system (1)'],
  },
  {
    name: 'VALUES as a table',
    page: UNSUPPORTED,
    lacks: /(^|\( ?)VALUES\b/i,
    caught: ['SELECT a FROM (VALUES (1), (2)) t (a)', 'WITH t (a) AS (VALUES (1)) SELECT a FROM t', 'VALUES (1)'],
  },
  {
    name: 'row constructors',
    page: UNSUPPORTED,
    lacks: /\bROW ?\(|(^|[\s(,])\((?! ?SELECT\b)[^()]+,[^()]+\) ?(=|<>|(NOT )?IN\b) ?\(/i,
    caught: ['SELECT ROW(1, 2)', 'DELETE FROM t WHERE (a, b) IN (SELECT a, b FROM s)', 'UPDATE t SET (a, b) = (1, 2)'],
  },
  {
    name: 'frames of windows other than ROWS, and windows with a name',
    page: 'r_Window_function_synopsis.html',
    lacks: /\b(GROUPS|RANGE) (BETWEEN|UNBOUNDED|CURRENT)\b|\bEXCLUDE (CURRENT|TIES|GROUP|NO)\b|\bWINDOW \w+ AS\b/i,
    caught: [
      'SELECT sum(a) OVER (ORDER BY b GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t',
      'SELECT sum(a) OVER w FROM t WINDOW w AS (ORDER BY b)',
    ],
  },
  {
    name: 'WITH that writes or is told how to be kept',
    page: 'r_WITH_clause.html',
    lacks: /\bAS (NOT )?MATERIALIZED\b|\bAS \( ?(INSERT|UPDATE|DELETE|MERGE)\b/i,
    caught: ['WITH s AS MATERIALIZED (SELECT 1) SELECT * FROM s', 'WITH s AS (DELETE FROM t) SELECT 1'],
  },
  {
    name: 'FETCH FIRST for LIMIT',
    page: 'r_ORDER_BY_clause.html',
    lacks: /\bFETCH (FIRST|NEXT) (\d+ )?ROWS?\b/i,
    caught: ['SELECT a FROM t FETCH FIRST 3 ROWS ONLY'],
  },
  {
    name: 'collations by name',
    page: UNSUPPORTED,
    lacks: /\bCOLLATE\b/i,
    caught: ['SELECT a FROM t ORDER BY a COLLATE "c"'],
  },
];

/** MERGE's whole grammar there; REMOVE DUPLICATES is there too, and not in PostgreSQL. */
function isRedshiftMerge(sql: string, bare: string): boolean {
  const found = /^MERGE INTO ([\w."]+) USING ([\w."]+)( (AS )?(?!ON\b)[\w"]+)? ON (.*?) WHEN (.*)$/i.exec(bare);
  const [, target, source] = /^\s*MERGE\s+INTO\s+(\S+)\s+USING\s+(\S+)/i.exec(sql) ?? [];
  const whens = found?.[6]?.split(/ WHEN /i) ?? [];
  return (
    target !== source &&
    whens.length === 2 &&
    whens.some((when) => /^MATCHED THEN (UPDATE SET|DELETE)\b/i.test(when)) &&
    whens.some((when) => /^NOT MATCHED THEN INSERT\b/i.test(when))
  );
}
