import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type QueryExecutionState,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { AthenaEngine, type AthenaSettings } from '../../../adapters/aws/athena/index.ts';
import { TransientError } from '../../../core/problems.ts';

const mock = mockClient(AthenaClient);
const waits: number[] = [];

const athena = (settings: Partial<AthenaSettings> = {}) =>
  new AthenaEngine({
    client: new AthenaClient({ region: 'us-east-1' }),
    workGroup: 'landfall-pipeline',
    wait: async (milliseconds) => void waits.push(milliseconds),
    ...settings,
  });

const status = (State: QueryExecutionState, StateChangeReason?: string, more = {}) => ({
  QueryExecution: {
    StatementType: 'DML' as const,
    Status: { State, ...(StateChangeReason === undefined ? {} : { StateChangeReason }), ...more },
    Statistics: { DataScannedInBytes: 1000, EngineExecutionTimeInMillis: 20 },
  },
});

const busy = (name: string) => Object.assign(new Error('slow down'), { name });
const submissions = () => mock.commandCalls(StartQueryExecutionCommand).map(({ args: [{ input }] }) => input);
const caught = async (work: Promise<unknown>) =>
  work.then(
    () => 'it did not fail',
    (error: unknown) => error,
  );

beforeEach(() => {
  mock.reset();
  waits.length = 0;
  let made = 0;
  mock.on(StartQueryExecutionCommand).callsFake(() => {
    made += 1;
    return { QueryExecutionId: `q-${made}` };
  });
  mock.on(StopQueryExecutionCommand).resolves({});
});

describe('a statement', () => {
  it('is waited for with growing waits, and its scanned bytes are kept', async () => {
    mock
      .on(GetQueryExecutionCommand)
      .resolvesOnce(status('QUEUED'))
      .resolvesOnce(status('RUNNING'))
      .resolves(status('SUCCEEDED'));
    const engine = athena({ random: () => 0.999 });
    await engine.run('SELECT 1', { schema: 'tea' });
    expect(engine.books).toEqual([{ queryId: 'q-1', scannedBytes: 1000, elapsed: 20 }]);
    expect(waits).toEqual([150, 225]);
    expect(submissions()[0]).toMatchObject({
      WorkGroup: 'landfall-pipeline',
      QueryExecutionContext: { Catalog: 'AwsDataCatalog', Database: 'tea' },
    });
  });

  it('has a token that only run, text and attempt tell', async () => {
    mock.on(GetQueryExecutionCommand).resolves(status('SUCCEEDED'));
    for (const [sql, token] of [
      ['SELECT 1', 'run-1/refresh'],
      ['SELECT 1', 'run-1/refresh'],
      ['SELECT 2', 'run-1/refresh'],
      ['SELECT 1', 'run-2/refresh'],
    ] as const) {
      await athena().run(sql, { token });
    }
    await athena().run('SELECT 1');
    await athena().run('SELECT 1');
    const tokens = submissions().map(({ ClientRequestToken }) => ClientRequestToken);
    expect(tokens.every((token) => token?.length === 64)).toBe(true);
    expect(tokens[0]).toBe(tokens[1]);
    expect(new Set(tokens).size).toBe(5);
  });

  it('of more than Athena takes is refused before it is sent', async () => {
    const long = `SELECT '${'é'.repeat(131_100)}'`;
    expect(await caught(athena().run(long))).toMatchObject({
      problems: [{ code: 'statement-too-long', message: expect.stringContaining('262209 bytes') }],
    });
    expect(submissions()).toEqual([]);
  });

  it('that still runs when time is short goes on, and the same token finds it', async () => {
    mock.on(GetQueryExecutionCommand).resolves(status('RUNNING'));
    let left = 2500;
    const engine = athena({
      remaining: () => left,
      wait: async (time) => {
        left -= time;
      },
    });
    const error = await caught(engine.run('SELECT 1', { token: 'a' }));
    expect(error).toBeInstanceOf(TransientError);
    expect(error).toMatchObject({ message: expect.stringContaining('query q-1 is still running, and goes on') });
    expect(left).toBeGreaterThanOrEqual(2000);
    expect(mock.commandCalls(StopQueryExecutionCommand)).toEqual([]);
    mock.on(GetQueryExecutionCommand).resolves(status('SUCCEEDED'));
    await athena().run('SELECT 1', { token: 'a' });
    const [one, two] = submissions();
    expect(one?.ClientRequestToken).toBe(two?.ClientRequestToken);
  });

  it('that is still running can be cancelled', async () => {
    mock.on(GetQueryExecutionCommand).resolves(status('RUNNING'));
    const engine = athena({
      wait: async () => {
        await engine.cancel();
        mock.on(GetQueryExecutionCommand).resolves(status('CANCELLED', 'by request'));
      },
    });
    const error = await caught(engine.run('SELECT 1'));
    expect(mock.commandCalls(StopQueryExecutionCommand)[0]?.args[0].input).toEqual({ QueryExecutionId: 'q-1' });
    expect(error).toMatchObject({ problems: [{ code: 'query-failed' }] });
    await engine.cancel();
    expect(mock.commandCalls(StopQueryExecutionCommand)).toHaveLength(1);
  });
});

describe('another try', () => {
  it.each(['TooManyRequestsException', 'ThrottlingException', 'InternalServerException'])(
    'follows %s of every call',
    async (name) => {
      mock
        .on(StartQueryExecutionCommand)
        .rejectsOnce(busy(name))
        .resolves({ QueryExecutionId: 'q-9' })
        .on(GetQueryExecutionCommand)
        .rejectsOnce(busy(name))
        .resolves(status('SUCCEEDED'))
        .on(GetQueryResultsCommand)
        .rejectsOnce(busy(name))
        .resolves({ ResultSet: { Rows: [], ResultSetMetadata: { ColumnInfo: [] } } });
      await expect(athena().read('SELECT 1')).resolves.toEqual({ columns: [], rows: [] });
      const [one, two] = submissions();
      expect(one?.ClientRequestToken).toBe(two?.ClientRequestToken);
    },
  );

  it('is given up as transient where Athena stays busy', async () => {
    mock.on(StartQueryExecutionCommand).rejects(busy('TooManyRequestsException'));
    expect(await caught(athena().run('SELECT 1'))).toBeInstanceOf(TransientError);
    expect(submissions()).toHaveLength(8);
  });

  it('of a query is a new submission, where its commit met another', async () => {
    mock
      .on(GetQueryExecutionCommand)
      .resolvesOnce(status('FAILED', 'ICEBERG_COMMIT_ERROR: Failed to commit: Found conflicting files'))
      .resolvesOnce(status('FAILED', 'GENERIC_INTERNAL_ERROR: null'))
      .resolves(status('SUCCEEDED'));
    const engine = athena();
    await engine.run('MERGE …', { token: 'a' });
    expect(new Set(submissions().map(({ ClientRequestToken }) => ClientRequestToken)).size).toBe(3);
    expect(engine.books.map(({ queryId }) => queryId)).toEqual(['q-1', 'q-2', 'q-3']);
  });

  it('of a query ends', async () => {
    mock.on(GetQueryExecutionCommand).resolves(status('FAILED', 'ICEBERG_COMMIT_ERROR: Failed to commit'));
    expect(await caught(athena().run('MERGE …'))).toMatchObject({ problems: [{ code: 'query-failed' }] });
    expect(submissions()).toHaveLength(5);
  });

  it('is not made of a statement that may have left something', async () => {
    mock.on(GetQueryExecutionCommand).resolves(status('FAILED', 'GENERIC_INTERNAL_ERROR: null'));
    const error = await caught(athena().run('INSERT …', { isOnce: true }));
    expect(error).toBeInstanceOf(TransientError);
    expect(error).toMatchObject({ problems: [{ code: 'query-failed' }] });
    expect(submissions()).toHaveLength(1);
  });

  it('is made where the query of the token had been cancelled before, not where it is cancelled now', async () => {
    mock
      .on(GetQueryExecutionCommand)
      .resolvesOnce(status('CANCELLED', undefined, { CompletionDateTime: new Date(0) }))
      .resolves(status('SUCCEEDED'));
    await athena().run('SELECT 1', { token: 'a' });
    expect(submissions()).toHaveLength(2);
    mock
      .on(GetQueryExecutionCommand)
      .resolves(status('CANCELLED', undefined, { CompletionDateTime: new Date('2100-01-01') }));
    expect(await caught(athena().run('SELECT 1', { token: 'a' }))).toMatchObject({
      message: expect.stringContaining('it was cancelled'),
    });
    expect(submissions()).toHaveLength(3);
  });
});

describe('a failure', () => {
  it('is told in the words of the engine, with the id and what to do', async () => {
    mock
      .on(GetQueryExecutionCommand)
      .resolves(status('FAILED', "SYNTAX_ERROR: line 1:8: Column 'x' cannot be resolved"));
    expect(await caught(athena().run('SELECT x'))).toMatchObject({
      problems: [
        {
          code: 'query-failed',
          message: "query q-1 failed on Athena: SYNTAX_ERROR: line 1:8: Column 'x' cannot be resolved",
          hint: 'check the statement against what Athena takes and the tables have',
        },
      ],
    });
  });

  it('names the limit that stopped a query', async () => {
    mock.on(GetQueryExecutionCommand).resolves(status('CANCELLED', 'Bytes scanned limit was exceeded'));
    expect(await caught(athena().run('SELECT 1'))).toMatchObject({
      problems: [{ hint: "raise the workgroup's limit, or ask for fewer columns or months" }],
    });
    expect(submissions()).toHaveLength(1);
  });

  it('of a call is one of the query, where Athena refuses the text', async () => {
    const error = Object.assign(new Error('line 1:1: mismatched input'), { name: 'InvalidRequestException' });
    mock.on(StartQueryExecutionCommand).rejects(error);
    expect(await caught(athena().run('SELEC'))).toMatchObject({
      problems: [{ code: 'query-failed', message: 'Athena refused a query: line 1:1: mismatched input' }],
    });
  });
});

describe('a result', () => {
  const info = (types: readonly string[]) => types.map((Type, index) => ({ Name: `c${index}`, Type }));
  const row = (...values: readonly (string | null)[]) => ({
    Data: values.map((value) => (value === null ? {} : { VarCharValue: value })),
  });

  beforeEach(() => {
    mock.on(GetQueryExecutionCommand).resolves(status('SUCCEEDED'));
  });

  it('has the values that the local one has', async () => {
    const types = ['bigint', 'bigint', 'integer', 'decimal(10,2)', 'double', 'boolean', 'date', 'timestamp', 'varchar'];
    mock.on(GetQueryResultsCommand).resolves({
      ResultSet: {
        ResultSetMetadata: { ColumnInfo: info(types) },
        Rows: [
          row('c0', 'c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7', 'c8'),
          row(
            '12',
            '9007199254740993',
            '-3',
            '1.50',
            '1.0E-7',
            'false',
            '2020-01-31',
            '2020-01-31 10:00:00.123456',
            '',
          ),
          row(null, null, null, null, null, null, null, '2020-01-31 10:00:00', null),
        ],
      },
    });
    const { columns, rows } = await athena().read('SELECT …');
    expect(columns.map(({ type }) => type)).toEqual([
      ...['bigint', 'bigint', 'integer', 'double', 'double', 'boolean', 'date', 'timestamp', 'string'],
    ]);
    expect(rows).toEqual([
      [12, '9007199254740993', -3, 1.5, 1e-7, false, '2020-01-31', '2020-01-31 10:00:00.123', ''],
      [null, null, null, null, null, null, null, '2020-01-31 10:00:00.000', null],
    ]);
  });

  it('comes page by page, the header once', async () => {
    const ResultSetMetadata = { ColumnInfo: info(['varchar']) };
    mock
      .on(GetQueryResultsCommand)
      .resolves({ ResultSet: { ResultSetMetadata, Rows: [row('c0'), row('a')] }, NextToken: 'more' })
      .on(GetQueryResultsCommand, { NextToken: 'more' })
      .resolves({ ResultSet: { ResultSetMetadata, Rows: [row('c0'), row('b')] } });
    expect((await athena().read('SELECT …')).rows).toEqual([['a'], ['c0'], ['b']]);
  });

  it('of a SHOW has no header to skip', async () => {
    const found = status('SUCCEEDED');
    mock
      .on(GetQueryExecutionCommand)
      .resolves({ QueryExecution: { ...found.QueryExecution, StatementType: 'DDL' } })
      .on(GetQueryResultsCommand)
      .resolves({ ResultSet: { ResultSetMetadata: { ColumnInfo: info(['string']) }, Rows: [row('c0')] } });
    expect((await athena().read('SHOW TABLES')).rows).toEqual([['c0']]);
  });
});
