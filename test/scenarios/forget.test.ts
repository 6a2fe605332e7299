import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LANDFALL, type Outcome, Workspace } from '../support/cli.ts';
import { SHOP } from '../support/shop-contract.ts';

const KEY = 'a key of the tests that is long enough';
const hmac = (value: string) => createHmac('sha256', KEY).update(value).digest('hex');

const CONTRACT = `${SHOP}
    description: One thing sold.
    customProperties:
      - {property: landing, value: '*.csv'}
      - {property: load, value: append}
      - {property: identity, value: [card, item]}
      - {property: warehouse, value: {publish: true}}
    properties:
      - name: card
        logicalType: string
        required: true
        logicalTypeOptions: {pattern: '[A-Z0-9-]+'}
        classification: restricted
        customProperties: [{property: protect, value: hmac}]
      - {name: item, logicalType: string}
      - {name: price, logicalType: number, logicalTypeOptions: {minimum: 0}}
      - name: owner
        logicalType: string
        customProperties: [{property: protect, value: mask}]
      - name: pin
        logicalType: integer
        customProperties: [{property: protect, value: drop}]
`;
const MODEL = 'SELECT card, count(*) AS purchases FROM shop.purchases GROUP BY card\n';
const MODEL_YAML = `description: Cards by purchases.
materialize: full
key: [card]
columns:
  purchases: {description: Purchases of the card}
audits:
  - {name: nobody buys much, sql: SELECT * FROM shop.cards WHERE purchases > 1, severity: warn}
warehouse: {publish: true}
`;

// What nobody may find; the owner's and the pin's too.
const TOKEN = 'SECRET4111';
const header = 'card,item,price,owner,pin';
const GOOD = [`${TOKEN}-1,tea,1.5,${TOKEN} Ann,4711`, `${TOKEN}-1,cake,2,${TOKEN} Ann,4711`, `${TOKEN}-2,tea,1.5,,`];
const BAD = [
  `${TOKEN}-1,milk,cheap,${TOKEN} Ann,4711`,
  `${TOKEN}-3,milk,-1,,`,
  `${TOKEN} lower,milk,1,,`,
  `${TOKEN}-4,ragged`,
  `${TOKEN}-5,tea,1,,,ragged`,
  `${TOKEN}-6,"never closed ${TOKEN},1,,`,
];

const workspace = new Workspace();
let project: string;
const said: string[] = [];

function cli(args: readonly string[], key: string | undefined = KEY): Promise<Outcome> {
  const env: Record<string, string> = key === undefined ? {} : { LANDFALL_PROTECT_KEY: key };
  return workspace.cli([...args, '--state', workspace.state], { env }).then((outcome) => {
    said.push(outcome.stdout, outcome.stderr);
    return outcome;
  });
}
const run = (...more: string[]) =>
  cli(['run', '--landing', workspace.landing, '--project', project, '--json', ...more]);
const forget = (value: string, ...more: string[]) =>
  cli([
    'forget',
    '--dataset',
    'shop',
    '--table',
    'purchases',
    '--where',
    `card=${value}`,
    '--project',
    project,
    ...more,
  ]);
const query = async (sql: string, ...more: string[]) => {
  const { stdout, stderr } = await cli(['query', sql, '--format', 'csv', ...more]);
  return stdout === '' ? stderr : stdout.trim().split(/\r?\n/).slice(1);
};

/** Files below the folder that have the bytes. */
function having(bytes: string, folder = workspace.state): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return having(bytes, path);
    return entry.isFile() && readFileSync(path).includes(bytes) ? [path] : [];
  });
}

beforeAll(() => {
  project = workspace.project();
  rmSync(join(project, 'contracts'), { recursive: true });
  rmSync(join(project, 'queries'), { recursive: true });
  for (const folder of ['contracts', 'queries/shop']) mkdirSync(join(project, folder), { recursive: true });
  writeFileSync(join(project, 'contracts', 'shop.odcs.yaml'), CONTRACT);
  writeFileSync(join(project, 'queries', 'shop', 'cards.sql'), MODEL);
  writeFileSync(join(project, 'queries', 'shop', 'cards.yml'), MODEL_YAML);
  const other = CONTRACT.replaceAll('shop', 'cafe').replace(/^ *customProperties: \[\{property: protect.*\n/gm, '');
  writeFileSync(join(project, 'contracts', 'cafe.odcs.yaml'), other);
});
afterAll(() => workspace.close());

describe('a protected value', () => {
  it('lets a data set fail for want of its key, and others go on', async () => {
    workspace.drop('shop/1.csv', `${header}\n${GOOD.join('\n')}\n`);
    workspace.drop('cafe/1.csv', `${header}\nAB,tea,1,,\n`);
    const { code, stdout } = await cli(
      ['run', '--landing', workspace.landing, '--project', project, '--json', '--no-warehouse'],
      '',
    );
    const { status, datasets, errors } = JSON.parse(stdout);
    expect([code, status]).toEqual([1, 'failed']);
    expect(errors).toMatchObject([{ code: 'no-protect-key', hint: expect.stringContaining('openssl rand') }]);
    expect(Object.fromEntries(datasets.map((entry: never) => [entry['dataset'], entry['status']]))).toEqual({
      cafe: 'succeeded',
      shop: 'failed',
    });
    expect(await query('SELECT count(*) FROM shop.purchases')).toEqual(['0']);
  });

  it('is nowhere in clear: not in the lake, the warehouse, the report, a log or a message', async () => {
    workspace.drop('shop/2.csv', `${header}\n${BAD.join('\n')}\n`);
    workspace.drop('shop/3.csv.gz', `${header}\n${BAD.join('\r\n')}\n`);
    workspace.drop('shop/headless.csv', `${GOOD.join('\n')}\n`);
    workspace.drop('shop/long.csv', `${header}\n${TOKEN}-7,${'x'.repeat(33 * 1024 * 1024)},1,,\n`);
    const { code, stdout } = await run();
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'succeeded',
      datasets: [{}, { dataset: 'shop', files_refused: 2, tables: [{ rows_read: 15, rows_quarantined: 12 }] }],
    });
    await cli(['quarantine', 'list']);
    await cli(['status']);
    expect(await query('SELECT card, purchases FROM shop.cards ORDER BY purchases')).toEqual([
      `${hmac(`${TOKEN}-2`)},1`,
      `${hmac(`${TOKEN}-1`)},2`,
    ]);
    expect(having(TOKEN)).toEqual([]);
    expect(having('4711,')).toEqual([]);
    expect(said.join('\n')).not.toContain(TOKEN);
    expect(having(KEY)).toEqual([]);
    expect(said.join('\n')).not.toContain(KEY);
    // The search finds what is there.
    expect(having(hmac(`${TOKEN}-1`)).some((path) => path.endsWith('lake.duckdb'))).toBe(true);
  });
});

it('does not write lines of a damaged file to the disk where they do not fit in memory', async () => {
  const state = join(workspace.root, 'small');
  const landing = join(workspace.root, 'damaged');
  mkdirSync(join(landing, 'shop'), { recursive: true });
  const rows = Array.from({ length: 300_000 }, (_, n) => `${TOKEN}-${n},${TOKEN}-${n * 7},1,,`);
  writeFileSync(join(landing, 'shop', '1.csv'), `${header}\n${rows.join('\n')}\n${TOKEN},"open,1,,\n`);
  const { code, stdout, stderr } = await workspace.cli(
    [
      'run',
      '--landing',
      landing,
      '--state',
      state,
      '--project',
      project,
      '--dataset',
      'shop',
      '--no-warehouse',
      '--json',
    ],
    { env: { LANDFALL_PROTECT_KEY: KEY, LANDFALL_MEMORY_LIMIT: '60MB' } },
  );
  expect(code).toBe(1);
  expect(JSON.parse(stdout).errors).toMatchObject([
    { code: 'out-of-memory', message: expect.stringContaining('shop.purchases') },
  ]);
  expect(stdout + stderr).not.toContain(TOKEN);
  expect(having(TOKEN, state)).toEqual([]);
});

describe('forget', () => {
  it('takes a person out of everything, down to the bytes', async () => {
    const gone = hmac(`${TOKEN}-1`);
    const dry = JSON.parse((await forget(`${TOKEN}-1`, '--dry-run', '--json')).stdout);
    expect(await query(`SELECT count(*) FROM shop.purchases WHERE card = '${gone}'`)).toEqual(['2']);
    const { code, stdout } = await forget(`${TOKEN}-1`, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'succeeded',
      rows: 2,
      rows_quarantined: 2,
      files: [
        { source_file: 'shop/1.csv', rows: 2 },
        { source_file: 'shop/2.csv', rows: 1 },
        { source_file: 'shop/3.csv.gz', rows: 1 },
      ],
    });
    expect(dry).toMatchObject({ status: 'dry-run', rows: 2, rows_quarantined: 2 });
    for (const warehouse of [[], ['--warehouse']]) {
      expect(await query('SELECT card FROM shop.purchases', ...warehouse)).toEqual([hmac(`${TOKEN}-2`)]);
      expect(await query('SELECT card FROM shop.cards', ...warehouse)).toEqual([hmac(`${TOKEN}-2`)]);
    }
    // The rule itself is all that is left.
    expect(await query(`SELECT count(*) FROM ops.quarantine WHERE contains(raw_row, '${gone}')`)).toEqual(['0']);
    const files = having(gone).map((path) => path.slice(workspace.state.length + 1));
    expect(files).toEqual(['lake.duckdb']);
    expect(readFileSync(join(workspace.state, 'lake.duckdb')).toString('latin1').split(gone)).toHaveLength(2);
    expect(said.join('\n')).not.toContain(TOKEN);
    expect(said.join('\n')).not.toContain(KEY);
  });

  it('keeps them out: of a new drop, a copy, and a full run', async () => {
    workspace.drop('shop/1.csv', `${header}\n${[...GOOD, `${TOKEN}-8,tea,1,,`].join('\n')}\n`);
    workspace.drop('shop/copy.csv', `${header}\n${GOOD.join('\n')}\n`);
    const expected = [hmac(`${TOKEN}-2`), hmac(`${TOKEN}-8`)].sort();
    for (const more of [[], ['--full']]) {
      const { stdout } = await run(...more);
      expect(JSON.parse(stdout).status).toBe('succeeded');
      expect(await query('SELECT card FROM shop.cards ORDER BY card')).toEqual(expected);
      expect(
        await query(
          'SELECT count(*) FROM ops.loads WHERE rows_read <> rows_loaded + rows_duplicate + rows_quarantined',
        ),
      ).toEqual(['0']);
    }
    expect(await query(`SELECT card FROM shop.cards ORDER BY card`, '--warehouse')).toEqual(expected);
    expect(having(TOKEN)).toEqual([]);
  });

  it('reads a value from standard input, which no list of processes shows', () => {
    const where = ['--dataset', 'shop', '--table', 'purchases', '--where', 'card=-', '--dry-run', '--json'];
    const { stdout } = spawnSync(
      process.execPath,
      [LANDFALL, 'forget', ...where, '--project', project, '--state', workspace.state],
      { input: `${TOKEN}-2\n`, encoding: 'utf8', env: { ...process.env, LANDFALL_PROTECT_KEY: KEY } },
    );
    expect(JSON.parse(stdout)).toMatchObject({ status: 'dry-run', rows: 1 });
  });

  it.each([
    ['an unknown table', ['--dataset', 'shop', '--table', 'sales', '--where', 'card=1'], 'one of purchases'],
    ['no condition', ['--dataset', 'shop', '--table', 'purchases'], 'expected --where'],
    ['a condition without a value', ['--dataset', 'shop', '--table', 'purchases', '--where', 'card='], 'needs a value'],
  ])('refuses %s', async (_, args, message) => {
    const { code, stderr } = await cli(['forget', ...args, '--project', project]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
