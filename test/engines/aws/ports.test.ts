/** The smaller adapters, by the sentences that those on a laptop are held to. */

import { CreateCrawlerCommand, GetCrawlerCommand, GlueClient } from '@aws-sdk/client-glue';
import { CreateSecretCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { awsCatalog } from '../../../adapters/aws/catalog.ts';
import { makeClient } from '../../../adapters/aws/clients.ts';
import { TableFacts } from '../../../adapters/aws/ledger/facts.ts';
import { LedgerTable } from '../../../adapters/aws/ledger/table.ts';
import { topicNotifier } from '../../../adapters/aws/notifier.ts';
import { Bucket } from '../../../adapters/aws/objects/bucket.ts';
import { SecretProtectKey } from '../../../adapters/aws/protect-key.ts';
import { reportBucket } from '../../../adapters/aws/report-store.ts';
import type { ReportInput } from '../../../core/report/types.ts';
import { catalogContract } from '../../ports/catalog.ts';
import { notifierContract } from '../../ports/notifier.ts';
import { protectKeyContract } from '../../ports/protect-key.ts';
import { reportStoreContract } from '../../ports/report-store.ts';
import { makeBucket, makeTable, moto, own } from './stores.ts';

const glue = makeClient(GlueClient, moto());
const factsOf = async () => new TableFacts(new LedgerTable(await makeTable('facts'), moto()));

beforeAll(async () => {
  for (const dataset of ['shop', 'school']) {
    const Targets = { CatalogTargets: [{ DatabaseName: 'landing', Tables: [`${dataset}__sales`] }] };
    await glue
      .send(new CreateCrawlerCommand({ Name: `landfall-${dataset}`, Role: 'role', Targets }))
      .catch((error: Error) => {
        if (error.name !== 'AlreadyExistsException') throw error;
      });
  }
});

catalogContract('Glue and the ledger', async () => awsCatalog({ facts: await factsOf(), connection: moto() }));

describe('crawlers', () => {
  const stateOf = async (dataset: string) =>
    (await glue.send(new GetCrawlerCommand({ Name: `landfall-${dataset}` }))).Crawler?.State;
  const make = async () => {
    const dataset = own('crawled');
    await glue.send(new CreateCrawlerCommand({ Name: `landfall-${dataset}`, Role: 'role', Targets: {} }));
    return dataset;
  };

  it('start where a header differs, unless they run, and are not waited for', async () => {
    const dataset = await make();
    const catalog = awsCatalog({ facts: await factsOf(), connection: moto() });
    await catalog.crawl(dataset, new Map());
    expect(await stateOf(dataset)).toBe('READY');
    await catalog.crawl(dataset, new Map([['sales', ['id']]]));
    expect(await stateOf(dataset)).toBe('RUNNING');
    await catalog.crawl(dataset, new Map([['sales', ['id', 'day']]]));
    expect(await catalog.headers(dataset)).toEqual(new Map([['sales', ['id', 'day']]]));
  });

  it('stay where nothing differs, and where the state machine starts them', async () => {
    const dataset = await make();
    const facts = await factsOf();
    const headers = new Map([['sales', ['id']]]);
    await awsCatalog({ facts, startsCrawlers: false, connection: moto() }).crawl(dataset, headers);
    await awsCatalog({ facts, connection: moto() }).crawl(dataset, headers);
    expect(await stateOf(dataset)).toBe('READY');
  });

  it('that can not be started leave the header unknown, so that the next run asks again', async () => {
    const catalog = awsCatalog({ facts: await factsOf(), connection: moto() });
    await expect(catalog.crawl('none', new Map([['sales', ['id']]]))).rejects.toThrow(
      "crawler landfall-none can't be started: EntityNotFoundException",
    );
    expect(await catalog.headers('none')).toEqual(new Map());
  });
});

notifierContract('SNS', async (isHeard) => {
  const [sns, sqs] = [makeClient(SNSClient, moto()), makeClient(SQSClient, moto())];
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: own('notes') }));
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: own('notes') }));
  const Endpoint = TopicArn.replace(':sns:', ':sqs:').replace(/[^:]*$/, QueueUrl.replace(/^.*\//, ''));
  const Attributes = { FilterPolicy: JSON.stringify({ ending: ['failed', 'attention'] }) };
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint, Attributes }));
  const warnings: string[] = [];
  const notifier = topicNotifier(isHeard ? TopicArn : `${TopicArn}-none`, (text) => warnings.push(text), moto());
  const told = async () => {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    return Messages.map(({ Body = '' }) => JSON.parse(JSON.parse(Body).Message));
  };
  return { notifier, warnings, told };
});

reportStoreContract('a bucket', async (load) => {
  const objects = new Bucket(await makeBucket('report'), moto());
  const read = async (place: string) => {
    expect(place).toContain(`s3://${objects.bucket}/`);
    return (await objects.text(place.slice(`s3://${objects.bucket}/`.length)))?.text ?? '';
  };
  return { store: reportBucket(objects, load), read };
});

it('reports stay, run by run, and the newest is the index', async () => {
  const objects = new Bucket(await makeBucket('report'), moto());
  const store = reportBucket(
    objects,
    async () =>
      ({ runId }) =>
        runId,
  );
  for (const runId of ['r1', 'r2']) {
    const place = await store.write({ runId } as ReportInput);
    expect(place).toBe(`s3://${objects.bucket}/runs/${runId}/index.html`);
  }
  const keys = ['runs/r1/index.html', 'runs/r2/index.html', 'index.html'];
  expect(await Promise.all(keys.map(async (key) => (await objects.text(key))?.text))).toEqual(['r1', 'r2', 'r2']);
});

describe('Secrets Manager', () => {
  const secrets = makeClient(SecretsManagerClient, moto());
  const make = async (SecretString: string | null) => {
    const value = SecretString === null ? {} : { SecretString };
    const { ARN = '' } = await secrets.send(new CreateSecretCommand({ Name: own('key'), ...value }));
    return ARN;
  };

  protectKeyContract('a secret', async (key) => new SecretProtectKey(await make(key), { now: () => 0 }, moto()).get());

  it('is asked once in a while, and a line end behind the key is none of it', async () => {
    const [first, second] = ['a', 'b'].map((letter) => letter.repeat(40));
    const arn = await make(`${first}\n`);
    const time = { now: 0 };
    const key = new SecretProtectKey(arn, { now: () => time.now }, moto());
    const before = (await key.get()).keyId();
    await secrets.send(new PutSecretValueCommand({ SecretId: arn, SecretString: second }));
    expect((await key.get()).keyId()).toBe(before);
    time.now += 5 * 60_000;
    expect((await key.get()).keyId()).not.toBe(before);
  });
});
