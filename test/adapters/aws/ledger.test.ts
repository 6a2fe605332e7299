/** What the ledger does where DynamoDB is busy. */

import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { TableFacts } from '../../../adapters/aws/ledger/facts.ts';
import { TableLeases } from '../../../adapters/aws/ledger/leases.ts';
import { TableLedger } from '../../../adapters/aws/ledger/ledger.ts';
import { LedgerTable } from '../../../adapters/aws/ledger/table.ts';
import { TransientError } from '../../../core/problems.ts';
import { leasesContract } from '../../ports/leases.ts';
import { MemoryLeases } from '../../support/aws-twins.ts';

// What other tests take for DynamoDB's.
leasesContract('in memory', () => ({ open: (clock) => new MemoryLeases(clock.now) }), 200);

const dynamo = mockClient(DynamoDBDocumentClient);
afterEach(() => {
  dynamo.reset();
});

const clock = { now: () => 1000 };
const table = new LedgerTable('ledger', { region: 'us-east-1' });
const ledger = new TableLedger(table, clock);
const fence = { dataset: 'shop', owner: 'a', token: 1 };
const file = {
  dataset: 'shop',
  key: 'shop/x.csv',
  latest: {
    key: 'shop/x.csv',
    table: 'sales',
    contentHash: 'c',
    planHash: 'p',
    fingerprint: 'f',
    loadId: 3,
    arrivedAt: 5,
  },
  current: null,
};

const cancelled = (...codes: string[]) =>
  new TransactionCanceledException({
    $metadata: { httpStatusCode: 400 },
    message: 'Transaction cancelled',
    CancellationReasons: codes.map((Code) => ({ Code })),
  });
const transactions = () => dynamo.commandCalls(TransactWriteCommand);

it('an item that is in another transaction is tried again', async () => {
  const meeting = Object.assign(new Error('conflict'), { name: 'TransactionConflictException', $metadata: {} });
  const item = { owner: 'a', token: 1, expiresAt: 2000 };
  dynamo.on(UpdateCommand).rejectsOnce(meeting).resolves({ Attributes: item });
  expect(await new TableLeases(table, clock).acquire('shop', 'a', 1000)).toEqual({ dataset: 'shop', ...item });
});

describe('a fenced write', () => {
  it.each([
    ['meets another transaction', cancelled('TransactionConflict', 'None')],
    ['is throttled in part', cancelled('None', 'ThrottlingError')],
  ])('that %s is tried again', async (_name, error) => {
    dynamo.on(TransactWriteCommand).rejectsOnce(error).rejectsOnce(error).resolves({});
    await ledger.putFiles([file], fence);
    expect(transactions()).toHaveLength(3);
  });

  it('that meets others each time ends, and may be tried later', async () => {
    dynamo.on(TransactWriteCommand).rejects(cancelled('TransactionConflict'));
    await expect(ledger.putFiles([file], fence)).rejects.toBeInstanceOf(TransientError);
    expect(transactions()).toHaveLength(8);
  });

  it('that is throttled as a whole is left to the SDK, which has tried it several times', async () => {
    const slow = Object.assign(new Error('slow down'), { name: 'ThrottlingException', $metadata: {} });
    dynamo.on(TransactWriteCommand).rejects(slow);
    await expect(ledger.putFiles([file], fence)).rejects.toBeInstanceOf(TransientError);
    expect(transactions()).toHaveLength(1);
  });

  it('whose lease is lost is not tried again, though something else was busy, too', async () => {
    dynamo.on(TransactWriteCommand).rejects(cancelled('ConditionalCheckFailed', 'TransactionConflict'));
    await expect(ledger.putFiles([file], fence)).rejects.toMatchObject({ problems: [{ code: 'lost-lease' }] });
    expect(transactions()).toHaveLength(1);
  });

  it('has the fence first, and never more than a transaction takes', async () => {
    dynamo.on(TransactWriteCommand).resolves({});
    await ledger.putFiles(
      Array.from({ length: 200 }, (_, index) => ({ ...file, key: `${index}` })),
      fence,
    );
    const sizes = transactions().map(({ args: [{ input }] }) => input.TransactItems?.length);
    expect(sizes).toEqual([100, 100, 3]);
    for (const { args } of transactions()) expect(args[0].input.TransactItems?.[0]).toHaveProperty('ConditionCheck');
  });
});

it('facts that DynamoDB left over are sent again, and those alone', async () => {
  const left = [{ PutRequest: { Item: { pk: 'facts#models', sk: 'b', fact: '2' } } }];
  dynamo
    .on(BatchWriteCommand)
    .resolvesOnce({ UnprocessedItems: { ledger: left } })
    .resolves({});
  await new TableFacts(table).put(
    'models',
    new Map([
      ['a', 1],
      ['b', 2],
    ]),
  );
  const sent = dynamo.commandCalls(BatchWriteCommand).map(({ args }) => args[0].input.RequestItems?.['ledger']);
  expect(sent.map((writes) => writes?.length)).toEqual([2, 1]);
  expect(sent[1]).toEqual(left);
});

it('who asks for a lease that changes hands all the time gets no endless answer', async () => {
  const taken = Object.assign(new Error('taken'), { name: 'ConditionalCheckFailedException', $metadata: {} });
  dynamo.on(UpdateCommand).rejects(taken);
  await expect(new TableLeases(table, clock).acquire('shop', 'b', 1000)).rejects.toMatchObject({
    problems: [{ code: 'lease-restless' }],
  });
});
