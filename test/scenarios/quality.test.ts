/** Rules and promises of a contract, from the file that breaks them to the exit code, the status and the report. */

import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Outcome, Workspace } from '../support/cli.ts';

const HEAD = (dataset: string) => `apiVersion: v3.1.0
kind: DataContract
id: ${dataset}
name: ${dataset}
version: 1.0.0
status: active
description: {purpose: Things sold.}
`;

const RULES = `    quality:
      - {name: enough of them, metric: rowCount, mustBeBetween: [2, 5], dimension: coverage}
      - {name: one a day, metric: duplicateValues, arguments: {properties: [day, item]}, mustBe: 0, severity: warning}
`;
const COLUMN_RULES = `        quality:
          - {name: known, metric: invalidValues, arguments: {validValues: [tea, milk]}, mustBeLessThan: 50, unit: percent, severity: info}
          - {name: not too many, type: sql, query: 'SELECT max(n) FROM {object} WHERE {property} IS NOT NULL', mustBeLessThan: 50}
`;
const contractOf = (dataset: string, rules = '', columnRules = '', promises = '') => `${HEAD(dataset)}${promises}schema:
  - name: sold
    customProperties:
      - {property: landing, value: 'sold*.csv'}
      - {property: load, value: merge}
${rules}    properties:
      - {name: id, logicalType: integer, required: true, primaryKey: true}
      - {name: day, logicalType: date}
      - name: item
        logicalType: string
${columnRules}      - {name: n, logicalType: integer}
`;

let work: Workspace;
beforeEach(() => {
  work = new Workspace();
  project('shop', contractOf('shop', RULES, COLUMN_RULES));
  project('kiosk', contractOf('kiosk'));
  for (const dataset of ['shop', 'kiosk'])
    work.drop(`${dataset}/sold_1.csv`, csv('1,2026-01-01,tea,3', '2,2026-01-02,milk,4'));
});
afterEach(() => work.close());

const csv = (...rows: string[]) => ['id,day,item,n', ...rows, ''].join('\n');
const root = () => join(work.root, 'project');

function project(dataset: string, contract: string): void {
  const queries = join(root(), 'queries', dataset);
  mkdirSync(join(root(), 'contracts'), { recursive: true });
  mkdirSync(queries, { recursive: true });
  writeFileSync(join(root(), 'contracts', `${dataset}.odcs.yaml`), contract);
  const schema = dataset.replaceAll('-', '_');
  writeFileSync(join(queries, 'total.sql'), `SELECT sum(n) AS n FROM ${schema}.sold`);
  writeFileSync(
    join(queries, 'total.yml'),
    'description: All.\nmaterialize: full\ncolumns:\n  n: {description: How many}\n',
  );
}

const run = (...args: string[]) => work.run('--project', root(), '--no-warehouse', ...args);
const total = async (schema = 'shop') => (await work.query(`SELECT n FROM ${schema}.total`))[0]?.['n'];
const results = () =>
  work.query(`SELECT column_name, rule, expected, observed, status FROM ops.quality
    WHERE checked_at = (SELECT max(checked_at) FROM ops.quality) ORDER BY rule`);
const status = async () => {
  const { stdout } = await work.cli(['status', '--state', work.state, '--project', root(), '--json']);
  return JSON.parse(stdout) as Record<'quality' | 'freshness', Record<string, unknown>[]>;
};
const errorsOf = ({ stdout }: Outcome) =>
  (JSON.parse(stdout) as { errors: { code: string; message: string; line: number }[] }).errors;

describe('rules', () => {
  it('that hold are in the books, and what did not change is not asked again', async () => {
    expect(await run()).toMatchObject({ code: 0 });
    const found = [
      { column_name: null, rule: 'enough of them', expected: 'from 2 to 5', observed: 2, status: 'passed' },
      { column_name: 'item', rule: 'known', expected: 'less than 50 percent', observed: 0, status: 'passed' },
      { column_name: 'item', rule: 'not too many', expected: 'less than 50', observed: 4, status: 'passed' },
      { column_name: null, rule: 'one a day', expected: '0', observed: 0, status: 'passed' },
    ];
    expect(await results()).toEqual(found);
    work.drop('kiosk/sold_2.csv', csv('3,2026-01-01,tea,3'));
    expect(await run()).toMatchObject({ code: 0 });
    expect(await work.query('SELECT count(*) AS n FROM ops.quality')).toEqual([{ n: 4 }]);
  }, 60_000);

  it('of severity error keep models from bad data until it is mended, and other data sets go on', async () => {
    await run();
    work.drop('shop/sold_2.csv', csv('3,2026-01-03,tea,60'));
    work.drop('kiosk/sold_2.csv', csv('3,2026-01-03,tea,60'));
    const failed = await run('--json');
    expect(failed.code).toBe(1);
    expect(errorsOf(failed)).toEqual([
      {
        code: 'rule-failed',
        file: 'contracts/shop.odcs.yaml',
        line: 23,
        message: 'shop.sold.item: the rule "not too many" found 60, expected less than 50',
        hint: 'no model was made of it: land a file that mends the data, or mend the rule, and run again',
      },
    ]);
    expect([await total(), await total('kiosk')]).toEqual([7, 67]);

    const again = await run('--json');
    expect([again.code, errorsOf(again).map(({ code }) => code)]).toEqual([1, ['rule-failed']]);
    expect(await total()).toBe(7);

    work.drop('shop/sold_2.csv', csv('3,2026-01-03,tea,30'));
    expect(await run()).toMatchObject({ code: 0 });
    expect(await total()).toBe(37);
    expect(await run()).toMatchObject({ code: 0 });
  }, 120_000);

  it('of severity warning let models go on, and the run ends with 3 as long as they fail', async () => {
    work.drop('shop/sold_2.csv', csv('3,2026-01-01,tea,1'));
    const warned = await run('--json');
    expect([warned.code, errorsOf(warned).map(({ message }) => message)]).toEqual([
      3,
      ['shop.sold: the rule "one a day" found 1, expected 0'],
    ]);
    expect(await total()).toBe(8);
    expect((await run()).code).toBe(3);
    const report = readFileSync(join(work.state, 'report', 'index.html'), 'utf8');
    expect(report).toContain('<h3>Quality rules</h3>');
    expect(report.indexOf('one a day')).toBeLessThan(report.lastIndexOf('enough of them'));
  }, 60_000);

  it('of severity info are shown and no more', async () => {
    work.drop('shop/sold_2.csv', csv('3,2026-01-03,coffee,1', '4,2026-01-03,cake,1'));
    expect((await run()).code).toBe(0);
    expect((await status()).quality[0]).toMatchObject({
      rule: 'known',
      severity: 'info',
      observed: 50,
      status: 'failed',
    });
  }, 60_000);

  it('are asked once more where they changed, and leave nothing behind where they are gone', async () => {
    await run();
    project('shop', contractOf('shop', RULES.replace('[2, 5]', '[3, 5]')));
    const failed = await run();
    expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining('found 2, expected from 3 to 5')]);
    expect((await run()).code).toBe(1);
    project('shop', contractOf('shop'));
    expect((await run()).code).toBe(0);
    expect((await status()).quality).toEqual([]);
  }, 120_000);

  it('are asked of what came while they could not be, though no model waits for it', async () => {
    await run();
    rmSync(join(root(), 'queries', 'shop'), { recursive: true });
    const contract = join(root(), 'contracts', 'shop.odcs.yaml');
    const good = readFileSync(contract, 'utf8');
    writeFileSync(contract, good.replace('max(n)', 'max(nothing)'));
    work.drop('shop/sold_2.csv', csv('3,2026-01-03,tea,60'));
    expect((await run()).stderr).toContain('the rule "not too many" of shop.sold can\'t run');
    writeFileSync(contract, good);
    expect((await run('--dataset', 'kiosk')).code).toBe(0);
    const failed = await run();
    expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining('"not too many" found 60')]);
  }, 120_000);

  it('do not keep a person in the models who is to be forgotten', async () => {
    await run();
    const args = [
      '--dataset',
      'shop',
      '--table',
      'sold',
      '--where',
      'id=2',
      '--state',
      work.state,
      '--project',
      root(),
    ];
    expect(await work.cli(['forget', ...args])).toMatchObject({ code: 0 });
    expect(await total()).toBe(3);
    const failed = await run();
    expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining('found 1, expected from 2 to 5')]);
  }, 120_000);

  it.each([
    ['DROP TABLE shop.sold', 'expected exactly one SELECT'],
    ['SELECT 1; SELECT 2', 'expected exactly one SELECT'],
    ["SELECT count(*) FROM read_csv('/etc/passwd')", 'FROM calls "read_csv"'],
    ['SELECT count(*) FROM kiosk.sold', 'it reads kiosk.sold, expected a table of the same contract: shop.sold'],
    ['SELECT count(*) FROM shop.total', 'it reads shop.total, expected a table of the same contract'],
    ['SELECT count(nothing) FROM {object}', 'the rule "sql" of shop.sold can\'t run: '],
    ['SELECT id, n FROM {object}', 'the rule "sql" of shop.sold can\'t run: '],
  ])(
    'of SQL only read a number of their own data set: %s',
    async (query, said) => {
      project('shop', contractOf('shop', `    quality:\n      - {type: sql, query: "${query}", mustBe: 0}\n`));
      const failed = await run();
      expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining(said)]);
      expect(failed.stderr).toContain('contracts/shop.odcs.yaml:14: ');
    },
    60_000,
  );

  it('of SQL that finds no number fail', async () => {
    const query = 'SELECT max(item) FROM {object}';
    project('shop', contractOf('shop', `    quality:\n      - {type: sql, query: "${query}", mustBe: 0}\n`));
    expect((await run()).stderr).toContain('the rule "sql" found no number, expected 0');
  }, 60_000);
});

describe('promises', () => {
  const promises = `slaProperties:
  - {property: frequency, value: 1, unit: d}
  - {property: latency, value: 20000, unit: d, element: sold.day}
  - {property: retention, value: 3, unit: y}
`;
  const age = (days: number) => {
    const at = Date.now() / 1000 - days * 86_400;
    utimesSync(join(work.landing, 'shop', 'sold_1.csv'), at, at);
  };

  it('that are broken end every run with 3, also where nothing is new, and stand in status and report', async () => {
    project('shop', contractOf('shop', '', '', promises));
    age(5);
    const late = await run('--json');
    expect([late.code, errorsOf(late)]).toEqual([
      3,
      [
        {
          code: 'data-late',
          file: 'contracts/shop.odcs.yaml',
          line: 9,
          message: expect.stringMatching(
            /^shop[.]sold has its newest file from [0-9-]{10} [0-9:.]{8,12} UTC, which is 4 days late: expected one within 1 day$/,
          ),
          hint: 'ask whoever delivers it, or see slaProperties',
        },
      ],
    ]);
    expect((await run()).code).toBe(3);
    expect((await status()).freshness).toMatchObject([
      { dataset: 'shop', element: 'sold', expected: 'within 1 day', late_by: '4 days', status: 'late' },
      { element: 'sold.day', property: 'latency', newest: '2026-01-02 00:00:00.000', status: 'in time' },
      { element: null, property: 'retention', expected: '3 y', status: 'not checked' },
    ]);
    expect(readFileSync(join(work.state, 'report', 'index.html'), 'utf8')).toContain('<h3>Freshness</h3>');
    work.drop('shop/sold_2.csv', csv('3,2026-01-03,tea,1'));
    expect((await run()).code).toBe(0);
  }, 60_000);

  it('of a table without a row or a file are broken', async () => {
    project('shop', contractOf('shop', '', '', promises));
    rmSync(join(work.landing, 'shop'), { recursive: true });
    const late = await run('--json');
    expect([late.code, errorsOf(late).map(({ message }) => message)]).toEqual([
      3,
      [
        'shop.sold has no file yet: expected one within 1 day',
        'shop.sold.day has no value yet: expected one within 20000 days',
      ],
    ]);
  }, 60_000);

  it('of a contract that can not be read keep nobody from hearing the rest', async () => {
    await run();
    project('shop', 'nothing: here\n');
    const { code, stdout, stderr } = await work.cli(['status', '--state', work.state, '--project', root()]);
    expect([code, stderr]).toEqual([0, expect.stringContaining("freshness can't be told: ")]);
    expect(stdout).toContain('quality rules');
  }, 60_000);
});
