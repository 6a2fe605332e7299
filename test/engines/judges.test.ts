/** Whether others read our contracts, tables and SQL as we do: judges that know nothing of Landfall. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';
import { type Held, hold } from '../../adapters/local/warehouse/session.ts';
import { generators } from '../../generators/index.ts';
import { writeDataset } from '../../generators/write.ts';
import { ROOT, Workspace } from '../support/cli.ts';
import { LACKING } from '../support/redshift.ts';
import { stopLeftover } from '../support/warehouse.ts';
import { everyStatement } from '../support/warehouse-statements.ts';
import { checksOf, type Expected } from './support/contract-checks.ts';
import { connect } from './support/engines.ts';
import { findings, lint, parseSql, testOnPostgres, testOnTrino, type Verdict } from './support/judges.ts';

const CONTRACTS = readdirSync(join(ROOT, 'contracts')).filter((name) => name.endsWith('.odcs.yaml'));
const contractOf = (name: string) => readFileSync(join(ROOT, 'contracts', name), 'utf8');

/** What failed, without the reasons. */
const failed = ({ checks }: Verdict): readonly Expected[] =>
  checks
    .filter(({ result }) => result !== 'passed')
    .map(({ type, model, field }) => ({ type, model, field }))
    .sort(byText);
const byText = (a: Expected, b: Expected) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

describe('contracts, by the Open Data Contract Standard', () => {
  it.each(CONTRACTS)('%s passes datacontract lint', async (name) => {
    expect(await lint(contractOf(name))).toMatchObject({ result: 'passed', checks: [{ result: 'passed' }] });
  });

  /** Without apiVersion or kind it takes a contract for one of an older standard: the schema alone tells. */
  it.each(['id', 'version', 'status'])('one without %s does not', async (key) => {
    const document = parseDocument(contractOf('kiosk-sales.odcs.yaml'));
    document.delete(key);
    const { result, checks } = await lint(String(document));
    expect({ result, reasons: checks.map(({ reason }) => reason).join('\n') }).toEqual({
      result: 'failed',
      reasons: expect.stringContaining(`'${key}' is a required property`),
    });
  });

  it.each(CONTRACTS)('%s is valid by the schema', async (name) => {
    expect(await findings(contractOf(name))).toEqual([]);
  });

  it.each(['apiVersion', 'kind', 'id', 'version', 'status'])('one without %s is not', async (key) => {
    const document = parseDocument(contractOf('kiosk-sales.odcs.yaml'));
    document.delete(key);
    expect(await findings(String(document))).toEqual([`: must have required property '${key}' ${key}`]);
  });

  it.each([
    ['classification: restricted', 'clasification: restricted', 'must NOT have unevaluated properties clasification'],
    ['logicalTypeOptions: {minimum: 0}', 'logicalTypeOption: {minimum: 0}', 'unevaluated properties logicalTypeOption'],
    ['schema:', 'schemas:', 'must NOT have additional properties schemas'],
    ['logicalType: timestamp', 'logicalType: datetime', 'must be equal to one of the allowed values'],
  ])('%s for %s is not', async (from, to, said) => {
    const text = contractOf('kiosk-sales.odcs.yaml');
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    expect((await findings(changed)).join('\n')).toContain(said);
  });
});

describe('what PostgreSQL holds, by the contracts', () => {
  let work: Workspace;
  let held: Held;
  beforeAll(async () => {
    work = new Workspace();
    for (const generator of generators) await writeDataset(generator, { out: work.landing, scale: 0.004, seed: 7 });
    const project = work.project();
    for (const name of CONTRACTS) writeFileSync(join(project, 'contracts', name), published(contractOf(name)));
    await work.soundRun('--project', project);
    held = await hold(work.state, { name: 'test' });
  }, 60_000);
  afterAll(async () => {
    await held?.release();
    await stopLeftover(work.state);
    work.close();
  });

  /** With every clean table in the warehouse. */
  function published(contract: string): string {
    const document = parseDocument(contract);
    for (const table of (document.get('schema') as YAMLSeq<YAMLMap>).items) {
      const properties = table.get('customProperties') as YAMLSeq<YAMLMap>;
      properties.items = properties.items.filter((property) => property.get('property') !== 'warehouse');
      properties.items.push(document.createNode({ property: 'warehouse', value: { publish: true } }) as YAMLMap);
    }
    return String(document);
  }

  const judge = (contract: string, schema: string) =>
    testOnPostgres(contract, {
      host: '127.0.0.1',
      port: held.port,
      database: 'landfall',
      schema,
      user: 'bi_reader',
      password: held.data.credentials.reader,
    });

  it.each(CONTRACTS)('every table of %s is as it says', async (name) => {
    const contract = contractOf(name);
    const verdict = await judge(contract, (parse(contract).name as string).replaceAll('-', '_'));
    expect({ result: verdict.result, failed: failed(verdict) }).toEqual({ result: 'passed', failed: [] });
    expect(verdict.checks).toEqual(expect.arrayContaining(checksOf(contract).map(expect.objectContaining)));
  });

  it('tables that are not fail, check by check', async () => {
    await held.client.query(`CREATE SCHEMA broken;
      CREATE TABLE broken.engagement AS SELECT * FROM learnplatform.engagement;
      INSERT INTO broken.engagement SELECT * FROM learnplatform.engagement LIMIT 1;
      UPDATE broken.engagement SET pct_access = 100.5 WHERE pct_access = (SELECT max(pct_access) FROM broken.engagement);
      CREATE TABLE broken.districts AS SELECT * FROM learnplatform.districts;
      INSERT INTO broken.districts (state) VALUES ('Nowhere');
      ALTER TABLE broken.districts ALTER COLUMN locale TYPE integer USING 1;
      CREATE TABLE broken.products AS SELECT * FROM learnplatform.products;
      INSERT INTO broken.products SELECT * FROM learnplatform.products LIMIT 1;
      ALTER TABLE broken.products DROP COLUMN provider;
      GRANT USAGE ON SCHEMA broken TO bi_reader;
      GRANT SELECT ON ALL TABLES IN SCHEMA broken TO bi_reader`);
    const verdict = await judge(contractOf('learnplatform.odcs.yaml'), 'broken');
    expect({ result: verdict.result, failed: failed(verdict) }).toEqual({
      result: 'failed',
      failed: [
        { type: 'field_is_present', model: 'products', field: 'provider' },
        { type: 'field_maximum', model: 'engagement', field: 'pct_access' },
        { type: 'field_primary_key_unique', model: 'products', field: 'lp_id' },
        { type: 'field_required', model: 'districts', field: 'district_id' },
        { type: 'field_type', model: 'districts', field: 'locale' },
        { type: 'field_type', model: 'products', field: 'provider' },
        { type: 'model_duplicate_values', model: 'products', field: null },
        { type: 'primary_key_unique', model: 'engagement', field: null },
      ],
    });
  });
});

describe('what Trino holds, by a contract', () => {
  const trino = connect({ schema: 'judged' });
  const contract = contractOf('kiosk-sales.odcs.yaml');
  beforeAll(async () => {
    await trino.run("CREATE SCHEMA awsdatacatalog.judged WITH (location = 's3://lake/judged/')");
    await trino.run(`CREATE TABLE iceberg.judged.purchases (kiosk_id bigint, product_id bigint, card_hash varchar,
      purchased_at timestamp(6), local_time timestamp(6), utc_offset_hours double, fc_number bigint)
      WITH (location = 's3://lake/judged/purchases/', partitioning = ARRAY['month(purchased_at)'])`);
    await trino.run(`CREATE TABLE iceberg.judged.products (product_id bigint, product_name varchar, fc_number bigint,
      brand varchar, onqi bigint, cost double, margin double) WITH (location = 's3://lake/judged/products/')`);
    await trino.run(`INSERT INTO purchases VALUES (1, 2, 'a',
      TIMESTAMP '2020-01-31 20:00:00', TIMESTAMP '2020-01-31 12:00:00', -8e0, NULL)`);
    await trino.run("INSERT INTO products VALUES (2, 'Tea', NULL, NULL, 100, 0e0, 0.5e0)");
  });
  afterAll(() => trino.run('DROP SCHEMA iceberg.judged CASCADE'));

  it('tables as it says pass every check', async () => {
    const verdict = await testOnTrino(contract, { schema: 'judged' });
    expect({ result: verdict.result, failed: failed(verdict) }).toEqual({ result: 'passed', failed: [] });
    expect(verdict.checks).toEqual(expect.arrayContaining(checksOf(contract).map(expect.objectContaining)));
  });

  it('tables that are not fail, check by check', async () => {
    await trino.run("INSERT INTO products VALUES (2, 'Milk', NULL, NULL, 101, 0e0, 0.5e0)");
    await trino.run('UPDATE purchases SET card_hash = NULL');
    await trino.run('ALTER TABLE purchases DROP COLUMN fc_number');
    const verdict = await testOnTrino(contract, { schema: 'judged' });
    expect({ result: verdict.result, failed: failed(verdict) }).toEqual({
      result: 'failed',
      failed: [
        { type: 'field_is_present', model: 'purchases', field: 'fc_number' },
        { type: 'field_maximum', model: 'products', field: 'onqi' },
        { type: 'field_primary_key_unique', model: 'products', field: 'product_id' },
        { type: 'field_required', model: 'purchases', field: 'card_hash' },
        { type: 'field_type', model: 'purchases', field: 'fc_number' },
      ],
    });
  });
});

describe('SQL, by sqlglot', () => {
  it('every statement of the warehouse is one of Redshift', async () => {
    const statements = await everyStatement();
    const parsed = await parseSql(statements.map((sql) => ({ sql, dialect: 'redshift' })));
    expect(
      parsed.flatMap(({ kind, says }, index) => (kind === null ? [{ sql: statements[index], says }] : [])),
    ).toEqual([]);
    expect([...new Set(parsed.map(({ kind }) => kind))].sort()).toEqual([
      'Comment',
      'Create',
      'Delete',
      'Drop',
      'Grant',
      'Insert',
      'Select',
    ]);
  });

  it('takes a backslash for an escape in Redshift, and for itself in PostgreSQL', async () => {
    const sql = String.raw`SELECT 'it\'s' AS a, b FROM t`;
    const [redshift, postgres] = await parseSql([
      { sql, dialect: 'redshift' },
      { sql, dialect: 'postgres' },
    ]);
    expect([redshift?.columns, postgres?.kind]).toEqual([['a', 'b'], null]);
  });

  it('is no judge of what Redshift lacks: most of it parses', async () => {
    const caught = LACKING.flatMap(({ caught }) => caught);
    const parsed = await parseSql(caught.map((sql) => ({ sql, dialect: 'redshift' })));
    const understood = parsed.filter(({ kind }) => kind !== null).length;
    expect(understood / caught.length).toBeGreaterThan(0.5);
    expect(understood).toBeLessThan(caught.length);
  });

  const models = readdirSync(join(ROOT, 'queries'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.sql'))
    .sort();

  it('every model is one SELECT of the same columns on Athena, Trino and DuckDB', async () => {
    const dialects = ['athena', 'trino', 'duckdb'];
    const asked = models.flatMap((path) =>
      dialects.map((dialect) => ({ sql: readFileSync(join(ROOT, 'queries', path), 'utf8'), dialect })),
    );
    const parsed = await parseSql(asked);
    for (const [index, path] of models.entries()) {
      const [athena, ...others] = parsed.slice(index * dialects.length, (index + 1) * dialects.length);
      expect({ path, ...athena }).toEqual({ path, kind: 'Select', columns: expect.any(Array), says: '' });
      expect({ path, others }).toEqual({ path, others: others.map(() => athena) });
    }
    expect(models.length).toBeGreaterThan(30);
  });

  /** It reads generously, `FROM t SELECT a` too: whether Trino takes a model is for Trino to say. */
  it('what is no SELECT whose columns have names is told', async () => {
    const parsed = await parseSql([
      { sql: 'SELECT count(*), b FROM t', dialect: 'trino' },
      { sql: 'SELECT * FROM t', dialect: 'athena' },
      { sql: 'SELECT a FROM t; SELECT b FROM t', dialect: 'trino' },
      { sql: 'SELECT a FROM', dialect: 'duckdb' },
      { sql: 'DELETE FROM t', dialect: 'trino' },
      { sql: 'VACUUM (ANALYZE) t', dialect: 'redshift' },
    ]);
    expect(parsed.map(({ kind, columns }) => [kind, columns])).toEqual([
      ['Select', null],
      ['Select', null],
      [null, null],
      [null, null],
      ['Delete', null],
      [null, null],
    ]);
  });
});
