/** What lands in S3 goes through every function of a stage, as it is deployed, by the events that S3 itself tells, and is what a laptop makes of it. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { SQSRecord } from 'aws-lambda';
import { LEASE_MS } from '../../../adapters/aws/run/home.ts';
import { MANIFESTS } from '../../../adapters/aws/run/manifests.ts';
import { MOST_TRIES } from '../../../adapters/aws/run/tries.ts';
import { loadProject } from '../../../adapters/local/project.ts';
import { warehouseTables } from '../../../core/warehouse/tables.ts';
import { generatorFor } from '../../../generators/index.ts';
import { writeDataset } from '../../../generators/write.ts';
import { Workspace } from '../../support/cli.ts';
import { AwsStage } from '../support/aws-stage.ts';
import { EventPump } from '../support/event-pump.ts';
import { expectSame } from '../support/expect-same.ts';
import { StageTables } from '../support/stage-tables.ts';

const PATIENCE = 900_000;
const DATASET = 'kiosk-sales';
const SCHEMA = 'kiosk_sales';
/** It looks like a word of S3's, and is none. */
const POISON = '{"Records":[{}]}';

const project = await loadProject();

describe('a data set that lands', () => {
  const work = new Workspace();
  const folder = mkdtempSync(join(tmpdir(), 'landfall-chain-'));
  let stage: AwsStage;
  let pump: EventPump;
  let tables: StageTables;

  const land = (...names: string[]) =>
    Promise.all(
      names.map((name) => stage.bucket('Landing').upload(`${DATASET}/${name}`, join(work.landing, DATASET, name))),
    );
  const manifests = async (...kinds: (keyof typeof MANIFESTS)[]) => {
    const found: string[] = [];
    for (const kind of kinds) {
      for await (const { key } of stage.bucket('Lake').list(MANIFESTS[kind])) found.push(key);
    }
    return found.sort();
  };
  const loads = () => tables.athena.rows('SELECT * FROM ops.loads ORDER BY load_id');

  beforeAll(async () => {
    const generator = generatorFor(DATASET);
    if (generator === undefined) throw new Error(`there is no generator for ${DATASET}`);
    await writeDataset(generator, { out: work.landing, scale: 0.01, seed: 7 });
    halve(join(work.landing, DATASET), 'items_purchased_3.csv', 'items_purchased_4.csv');
    stage = await AwsStage.open();
    pump = new EventPump(stage);
    await work.soundRun('--dataset', DATASET, '--no-warehouse');
    tables = await StageTables.open(stage, work.state, folder);
  }, PATIENCE);
  afterAll(async () => {
    if (pump !== undefined) process.stderr.write(`${[...pump.turns.map(told), ...starts(stage)].join('\n')}\n`);
    tables?.close();
    await stage?.close();
    work.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test(
    'goes through every step, each begun by what the one before it left',
    async () => {
      await land('product_info.csv', 'items_purchased_1.csv');
      await pump.settle();
      expect(await pump.told()).toMatchObject([{ status: 'succeeded', errors: [] }]);
      expect(pump.turns.map(({ step, failed }) => [step, failed])).toEqual(
        ['ingest', 'aggregate', 'cluster', 'analyse', 'publish', 'report'].map((step) => [step, []]),
      );
      const { text } = (await stage.bucket('Report').text('index.html')) ?? { text: '' };
      expect(text).toContain('<html');
    },
    PATIENCE,
  );

  test(
    'is not done again where the same events come once more, in another order',
    async () => {
      const before = { manifests: await manifests('loaded', 'analysed', 'done', 'again'), loads: await loads() };
      for (const { step, records } of [...pump.delivered].reverse()) await pump.deliver(step, again(records).reverse());
      // The same content under the same name is a new event of an old file.
      await land('items_purchased_1.csv', 'product_info.csv');
      await pump.settle();
      expect({ manifests: await manifests('loaded', 'analysed', 'done', 'again'), loads: await loads() }).toEqual(
        before,
      );
      expect(await pump.told()).toEqual([]);
    },
    PATIENCE,
  );

  test(
    'is loaded once where two functions are told of it at once, one of them beside a message that nobody can read',
    async () => {
      await land('items_purchased_2.csv');
      const records = await pump.receive('ingest');
      await pump.send('ingest', POISON);
      const poison = await pump.receive('ingest');
      const ids = poison.map(({ messageId }) => messageId);
      const [known, asked] = [(await loads()).length, (await manifests('again')).length];
      const twins = records.map((record) => ({ ...record, messageId: 'twin' }) as SQSRecord);
      const failed = await Promise.all([
        pump.deliver('ingest', [...poison, ...records]),
        pump.deliver('ingest', twins),
      ]);
      expect(failed).toEqual([ids, []]);
      expect(await loads()).toHaveLength(known + 1);
      await pump.settle();
      // The other raised a flag: whoever gave the lease back asked for a round more, which found nothing.
      expect(await manifests('again')).toHaveLength(asked + 1);
      expect(await loads()).toHaveLength(known + 1);
      expect(await pump.told()).toMatchObject([{ status: 'succeeded', errors: [] }]);
    },
    PATIENCE,
  );

  test(
    'leaves the message that nobody can read to people, once it was tried often enough',
    async () => {
      expect(await pump.failed('ingest')).toEqual([]);
      for (;;) {
        await pump.hasten();
        const records = await pump.receive('ingest');
        if (records.length === 0) break;
        expect(await pump.deliver('ingest', records)).toEqual(records.map(({ messageId }) => messageId));
      }
      const tries = pump.delivered.filter(({ records }) => records.some(({ body }) => body === POISON));
      expect(tries).toHaveLength(MOST_TRIES);
      expect((await pump.failed('ingest')).map(({ body }) => body)).toEqual([POISON]);
    },
    PATIENCE,
  );

  test(
    'fails where its lease is lost half-way, and the next file makes up for it',
    async () => {
      await land('items_purchased_3.csv');
      await pump.settle('ingest');
      // Away for longer than a lease holds.
      const other = await stage.leases(LEASE_MS * 2).acquire(DATASET, 'another', 1000);
      await pump.settle('aggregate');
      if (other !== null) await stage.leases().release(other);
      await pump.settle();
      expect(await pump.told()).toMatchObject([{ status: 'failed', errors: [{ code: 'lost-lease' }] }]);
      await land('items_purchased_4.csv');
      await pump.settle();
      expect(await pump.told()).toMatchObject([{ status: 'succeeded', errors: [] }]);
    },
    PATIENCE,
  );

  describe('and is in the end what a laptop makes of the same files', () => {
    const contract = project.contracts.find(({ dataset }) => dataset === DATASET);
    const clean = (contract?.tables ?? []).map(({ name }) => `${SCHEMA}.${name}`);
    const models = project.models.filter(({ dataset }) => dataset === DATASET);
    const results = project.analyses
      .filter(({ dataset }) => dataset === DATASET)
      .flatMap(({ outputs }) => Object.values<string>(outputs).map((name) => `${SCHEMA}.${name}`));
    const published = warehouseTables(project).filter(({ table }) => table.startsWith(`${SCHEMA}.`));
    const keyOf = (table: string) => ({ key: models.find((model) => model.table === table)?.key ?? [] });

    // Loads have other numbers in each lake.
    test.each(clean)(
      '%s in Athena',
      async (table) => expectSame(await tables.compareAthena(table, ['_load_id'])),
      PATIENCE,
    );
    test.each([...models.map(({ table }) => table), ...results])(
      '%s in Athena',
      async (table) => expectSame(await tables.compareAthena(table, [], keyOf(table))),
      PATIENCE,
    );
    test.each(published.map(({ table }) => table))(
      '%s in Redshift',
      async (table) =>
        expectSame(await tables.compareRedshift(table, clean.includes(table) ? ['_load_id'] : [], keyOf(table))),
      PATIENCE,
    );
  });
});

/** Moves the second half of a file's rows into another. */
function halve(folder: string, from: string, to: string): void {
  const [header = '', ...rows] = readFileSync(join(folder, from), 'utf8').trimEnd().split('\n');
  const half = Math.floor(rows.length / 2);
  writeFileSync(join(folder, from), `${[header, ...rows.slice(0, half)].join('\n')}\n`);
  writeFileSync(join(folder, to), `${[header, ...rows.slice(half)].join('\n')}\n`);
}

const again = (records: readonly SQSRecord[]) =>
  records.map((one) => ({ ...one, attributes: { ...one.attributes, ApproximateReceiveCount: '2' } }));

const told = ({ step, messages, milliseconds, statements, scannedBytes, failed }: EventPump['turns'][number]) =>
  `${step}: ${messages} messages, ${failed.length} failed, ${milliseconds} ms, ${statements} statements, ${scannedBytes} bytes scanned`;

const starts = ({ lambda }: AwsStage) =>
  [...new Set(lambda.invoked.map(({ name }) => name))].map((name) => {
    const calls = lambda.invoked.filter((one) => one.name === name);
    const slowest = Math.max(...calls.map(({ milliseconds }) => milliseconds));
    const processes = calls.filter(({ isCold }) => isCold).length;
    return `${name}: ${calls.length} calls in ${processes} processes, the slowest ${slowest} ms`;
  });
