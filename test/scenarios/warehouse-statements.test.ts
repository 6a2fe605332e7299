/** What runs really ask of the warehouse, as the server heard it: Redshift can do it, or it is the local server's own. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { BOOTSTRAP } from '../../adapters/local/warehouse/bootstrap.ts';
import { type Held, hold } from '../../adapters/local/warehouse/session.ts';
import { Workspace } from '../support/cli.ts';
import { lackingIn } from '../support/redshift.ts';
import { stopLeftover } from '../support/warehouse.ts';
import { separate } from '../support/warehouse-statements.ts';

/**
 * What is asked of PostgreSQL alone, and why Redshift is never asked it: there an adapter of its own feeds rows, holds
 * the server and reads.
 */
const OWN: readonly (readonly [RegExp, string])[] = [
  [/^COPY \S+ \(.*\) FROM STDIN WITH \(FORMAT csv\)$/, 'rows come through the connection; there COPY reads from S3'],
  [/^VACUUM \(ANALYZE\) /, 'the server stops before it would do so itself; there it is done unasked'],
  [/^VACUUM \(FULL(, ANALYZE)?\) /, 'what was forgotten leaves the files; there VACUUM has words of its own'],
  [
    /^(ALTER SYSTEM (RE)?SET wal_recycle( = off)?|SELECT pg_(reload_conf|switch_wal)\(\)|CHECKPOINT)$/,
    "what was forgotten leaves the logs; there they are nobody's to empty",
  ],
  [/^SELECT pg_(try_)?advisory_\w+\(\d*\)( AS alone)?$/, 'who leaves last stops the server; there nobody stops it'],
  [/^ALTER ROLE bi_reader /, "a server that starts takes the reader's defaults back; there nobody starts it"],
  [/^DECLARE asked NO SCROLL CURSOR FOR /, 'a question is one SELECT; the Data API takes one statement by itself'],
  [/^FETCH \d+ FROM asked$/, 'answers come in batches; there in pages of the Data API'],
];

let work: Workspace;
let held: Held;
let heard: readonly string[];

beforeAll(async () => {
  work = new Workspace();
  await work.sample(0.002);
  const deaf = await hold(work.state, { name: 'test' });
  await deaf.client.query("ALTER SYSTEM SET log_statement = 'all'");
  await deaf.release();
  // Held throughout: a server that starts begins its log anew.
  held = await hold(work.state, { name: 'test' });
  await work.soundRun();
  const folder = join(work.landing, 'learnplatform/engagement_data');
  const file = join(folder, readdirSync(folder).sort()[0] ?? '');
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  writeFileSync(file, `${lines.slice(0, -3).join('\n')}\n`);
  await work.soundRun();
  const project = work.project();
  const model = join(project, 'queries/learnplatform/top_products.yml');
  writeFileSync(model, readFileSync(model, 'utf8').replace(/^warehouse:.*$/m, 'warehouse: {publish: false}'));
  await work.soundRun('--project', project);
  await work.cli(['query', '--warehouse', 'SELECT 1', '--state', work.state]);
  await work.cli(['status', '--state', work.state]);
  const [district] = await work.query<{ id: number }>('SELECT min(district_id) AS id FROM learnplatform.districts');
  const forget = `forget --dataset learnplatform --table districts --where district_id=${district?.id}`;
  const forgotten = await work.cli([...forget.split(' '), '--state', work.state]);
  if (forgotten.code !== 0) throw new Error(forgotten.stderr);
  heard = statementsIn(readFileSync(join(work.state, 'warehouse/postgres.log'), 'utf8'));
}, 60_000);
afterAll(async () => {
  await held?.release();
  await stopLeftover(work.state);
  work.close();
});

/** A statement of several lines goes on after a tab. */
function statementsIn(log: string): readonly string[] {
  const said = [...log.matchAll(/^\S+ \S+ \S+ \[\d+\] LOG: {2}(?:statement|execute \S+): (.*(?:\n\t.*)*)/gm)];
  const asked = said
    .flatMap(([, sql = '']) => separate(sql.replaceAll('\n\t', '\n')))
    .flatMap((sql) => sql.split(/; (?=ALTER ROLE)/));
  return [...new Set(asked)];
}

it('hears every way to publish', () => {
  for (const way of [
    /^COMMENT ON COLUMN "learnplatform"\."districts"/,
    /^DELETE FROM "learnplatform"\."district_daily" USING "gone_district_daily"/,
    /^DELETE FROM "learnplatform"\."product_daily"$/,
    /^DROP TABLE IF EXISTS "learnplatform"\."top_products"$/,
    /^(BEGIN|COMMIT)$/,
  ])
    expect({ way, heard: heard.some((sql) => way.test(sql)) }).toEqual({ way, heard: true });
});

it("is nothing that Redshift lacks, but for what is the local server's own", () => {
  const other = heard.filter((sql) => !OWN.some(([form]) => form.test(sql)));
  const asked = other.map((sql) => ({ sql, lacking: lackingIn(sql) })).filter(({ lacking }) => lacking.length > 0);
  expect(asked).toEqual([]);
  expect(other.length).toBeGreaterThan(200);
});

it.each(OWN)('%s: %s', (form) => {
  const own = heard.filter((sql) => form.test(sql));
  expect(own).not.toEqual([]);
  // Or it would not have to be told apart.
  expect(own.flatMap((sql) => lackingIn(sql))).not.toEqual([]);
});

/** Before anyone can connect; there the infrastructure makes the database and its users. */
it('a new server is set up in words that PostgreSQL alone has, and these', () => {
  expect(BOOTSTRAP.filter((sql) => lackingIn(sql).length === 0)).toEqual([
    expect.stringMatching(/^UPDATE pg_database /),
    'DROP DATABASE template0',
    'DROP DATABASE template1',
    'REVOKE ALL ON DATABASE landfall FROM PUBLIC',
    'REVOKE ALL ON SCHEMA public FROM PUBLIC',
    'REVOKE ALL ON LANGUAGE plpgsql FROM PUBLIC',
    'CREATE SCHEMA landfall',
  ]);
});
