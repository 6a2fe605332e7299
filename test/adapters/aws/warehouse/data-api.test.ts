/** How a transaction of the Data API is waited for, tried again and told of where it fails. */

import {
  BatchExecuteStatementCommand,
  CancelStatementCommand,
  DescribeStatementCommand,
  ExecuteStatementCommand,
  GetStatementResultCommand,
  RedshiftDataClient,
} from '@aws-sdk/client-redshift-data';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { DataApi } from '../../../../adapters/aws/warehouse/data-api.ts';
import { TransientError } from '../../../../core/problems.ts';

const aws = mockClient(RedshiftDataClient);
const waits: number[] = [];
beforeEach(() => {
  aws.reset();
  waits.length = 0;
});

const open = (more: Partial<ConstructorParameters<typeof DataApi>[0]> = {}) =>
  new DataApi({
    client: new RedshiftDataClient({ region: 'eu-west-1', credentials: { accessKeyId: 'x', secretAccessKey: 'x' } }),
    workgroup: 'landfall',
    database: 'landfall',
    secretArn: 'arn:secret',
    wait: async (time) => void waits.push(time),
    random: () => 0.5,
    ...more,
  });

const STATEMENTS = [
  { sql: 'DELETE FROM "a"', of: 'shop.a' },
  { sql: 'DELETE FROM "b"', of: 'shop.b' },
];
const named = (name: string, message = name) => Object.assign(new Error(message), { name, $metadata: {} });
const tokens = () => aws.commandCalls(BatchExecuteStatementCommand).map(({ args }) => args[0].input.ClientToken);

describe('a transaction', () => {
  it('is one batch, asked after until it is done, with waits that grow', async () => {
    aws.on(BatchExecuteStatementCommand).resolves({ Id: '1' });
    aws
      .on(DescribeStatementCommand)
      .resolvesOnce({ Status: 'SUBMITTED' })
      .resolvesOnce({ Status: 'STARTED' })
      .resolves({ Status: 'FINISHED' });
    await open().transaction(STATEMENTS, 'run-1');
    const [{ args } = { args: [] }] = aws.commandCalls(BatchExecuteStatementCommand);
    expect(args[0]?.input).toMatchObject({
      WorkgroupName: 'landfall',
      Database: 'landfall',
      SecretArn: 'arn:secret',
      Sqls: STATEMENTS.map(({ sql }) => sql),
    });
    expect(waits).toEqual([75, 113]);
  });

  it('has the token of its run and text, whoever asks again', async () => {
    aws.on(BatchExecuteStatementCommand).resolves({ Id: '1' });
    aws.on(DescribeStatementCommand).resolves({ Status: 'FINISHED' });
    await open().transaction(STATEMENTS, 'run-1');
    await open().transaction(STATEMENTS, 'run-1');
    await open().transaction(STATEMENTS.slice(1), 'run-1');
    await open().transaction(STATEMENTS, 'run-2');
    const [first, again, ...others] = tokens();
    expect(again).toBe(first);
    expect(new Set([first, ...others]).size).toBe(3);
    expect(first).toHaveLength(64);
  });

  it('that lost to another is begun anew, by another token, and the same ones on the next try', async () => {
    aws.on(BatchExecuteStatementCommand).resolves({ Id: '1' });
    const lost = {
      Status: 'FAILED' as const,
      Error: 'ERROR: 1023 DETAIL: Serializable isolation violation on table - 1',
    };
    const finished = { Status: 'FINISHED' as const };
    aws
      .on(DescribeStatementCommand)
      .resolvesOnce(lost)
      .resolvesOnce(finished)
      .resolvesOnce(lost)
      .resolvesOnce(finished);
    await open().transaction(STATEMENTS, 'run-1');
    await open().transaction(STATEMENTS, 'run-1');
    const [one, two, three, four] = tokens();
    expect(one).not.toBe(two);
    expect([three, four]).toEqual([one, two]);
  });

  it('that fails says what of, in the words of the service, and is not tried again', async () => {
    aws.on(BatchExecuteStatementCommand).resolves({ Id: '1' });
    aws.on(DescribeStatementCommand).resolves({
      Status: 'FAILED',
      Error: 'Query #2 failed with ERROR: permission denied',
      SubStatements: [
        { Id: '1:1', Status: 'FINISHED' },
        { Id: '1:2', Status: 'FAILED', Error: 'ERROR: permission denied' },
      ],
    });
    await expect(open().transaction(STATEMENTS, 'run-1')).rejects.toThrow(
      /^shop[.]b: ERROR: permission denied \(give the warehouse's COPY role, or its owner, the right/,
    );
    expect(tokens()).toHaveLength(1);
  });

  it('whose function ends goes on, and is transient', async () => {
    aws.on(BatchExecuteStatementCommand).resolves({ Id: '1' });
    aws.on(DescribeStatementCommand).resolves({ Status: 'STARTED' });
    let left = 2500;
    const wait = async () => {
      left -= 200;
    };
    const api = open({ remaining: () => left, wait });
    const failure = await api.transaction(STATEMENTS, 'run-1').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TransientError);
    expect(String(failure)).toMatch(/no time is left: shop[.]a: statement 1 is started, and goes on/);
    expect(aws.commandCalls(CancelStatementCommand)).toEqual([]);
    await api.cancel();
    expect(aws.commandCalls(CancelStatementCommand)).toHaveLength(1);
  });

  it('that somebody cancels is at an end; what was cancelled before begins anew', async () => {
    aws.on(BatchExecuteStatementCommand).resolves({ Id: '1' });
    aws.on(DescribeStatementCommand).resolves({ Status: 'ABORTED', UpdatedAt: new Date(Date.now() + 60_000) });
    await expect(open().transaction(STATEMENTS, 'run-1')).rejects.toThrow('shop.a: it was cancelled');
    aws
      .on(DescribeStatementCommand)
      .resolvesOnce({ Status: 'ABORTED', UpdatedAt: new Date(0) })
      .resolves({ Status: 'FINISHED' });
    await open().transaction(STATEMENTS, 'run-1');
  });

  it.each([
    ['a workgroup that wakes', named('ValidationException', 'Redshift Serverless workgroup landfall is not available')],
    ['too many statements', named('ActiveStatementsExceededException')],
    ['throttling', named('ThrottlingException')],
    ['a database that could not be reached', named('DatabaseConnectionException')],
    ['a line that broke', Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })],
  ])('waits for %s', async (_, error) => {
    aws.on(BatchExecuteStatementCommand).rejectsOnce(error).rejectsOnce(error).resolves({ Id: '1' });
    aws.on(DescribeStatementCommand).resolves({ Status: 'FINISHED' });
    await open().transaction(STATEMENTS, 'run-1');
    expect(waits).toHaveLength(2);
    expect(new Set(tokens()).size).toBe(1);
  });

  it.each([
    [
      'what the service can not take',
      named('ValidationException', 'Sqls must have 1 to 40 items'),
      /^shop[.]a: ValidationException: Sqls must/,
    ],
    [
      'a right that lacks',
      named('AccessDeniedException', 'not authorized to perform'),
      /AccessDenied.*the right that is named/,
    ],
    [
      'a limit that is reached',
      named('ValidationException', 'usage limit reached'),
      /raise the warehouse's usage limit/,
    ],
  ])('does not wait for %s', async (_, error, message) => {
    aws.on(BatchExecuteStatementCommand).rejects(error);
    await expect(open().transaction(STATEMENTS, 'run-1')).rejects.toThrow(message);
    expect(waits).toEqual([]);
  });
});

describe('a question', () => {
  it('is answered page by page, as text', async () => {
    aws.on(ExecuteStatementCommand).resolves({ Id: '1' });
    aws.on(DescribeStatementCommand).resolves({ Status: 'FINISHED', HasResultSet: true });
    aws
      .on(GetStatementResultCommand)
      .resolvesOnce({ Records: [[{ stringValue: 'a' }, { isNull: true }]], NextToken: 'more' })
      .resolves({ Records: [[{ stringValue: '' }, { longValue: 0 }]] });
    expect(await open().read('SELECT 1', 'books')).toEqual([
      ['a', null],
      ['', '0'],
    ]);
  });
});
