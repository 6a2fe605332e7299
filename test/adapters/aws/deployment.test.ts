import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { afterEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { readOutputs } from '../../../adapters/aws/deployment.ts';
import { queryDeployed } from '../../../adapters/aws/query.ts';
import { CONNECTION, mockStacks } from './stage.ts';

const { stacks, deployed } = mockStacks();
const athena = mockClient(AthenaClient);
afterEach(() => {
  stacks.reset();
  athena.reset();
});

const failing = (name: string, message: string) =>
  stacks.on(DescribeStacksCommand).rejects(Object.assign(new Error(message), { name }));

describe('the outputs of a stage', () => {
  it('are those that commands look for', async () => {
    deployed({ PeopleWorkgroup: 'people', PipelineWorkgroup: 'pipeline', Other: 'x' });
    const outputs = await readOutputs('prod', 'catalog', CONNECTION);
    expect(outputs).toEqual({ PeopleWorkgroup: 'people', PipelineWorkgroup: 'pipeline' });
    expect(stacks.commandCalls(DescribeStacksCommand)[0]?.args[0].input).toEqual({
      StackName: 'landfall-prod-catalog',
    });
  });

  it.each([
    ['ValidationError', 'Stack with id landfall-prod-catalog does not exist', 'not-deployed'],
    ['Error', 'Region is missing', 'no-region'],
    ['CredentialsProviderError', 'Could not load credentials from any providers', 'not-allowed'],
    ['AccessDenied', 'User x is not authorized', 'not-allowed'],
    ['ExpiredToken', 'The security token included in the request is expired', 'not-allowed'],
    ['InvalidClientTokenId', 'The security token included in the request is invalid', 'not-allowed'],
    ['Error', 'getaddrinfo ENOTFOUND cloudformation.moon-1.amazonaws.com', 'aws-unreachable'],
    ['Throttling', 'Rate exceeded', 'aws-failed'],
  ])('%s: %s is told as %s', async (name, message, code) => {
    failing(name, message);
    await expect(readOutputs('prod', 'catalog', CONNECTION)).rejects.toMatchObject({ problems: [{ code }] });
  });

  it('that are missing are named, with how to deploy', async () => {
    deployed({ PeopleWorkgroup: 'people' });
    await expect(readOutputs('prod', 'catalog', CONNECTION)).rejects.toMatchObject({
      problems: [
        {
          code: 'outputs-missing',
          file: 'landfall-prod-catalog',
          message: expect.stringContaining('no output PipelineWorkgroup'),
          hint: 'deploy it again: npx cdk deploy --all -c stage=prod',
        },
      ],
    });
  });
});

describe('a question to a deployed lake', () => {
  it('is asked in the workgroup of people', async () => {
    deployed({ PeopleWorkgroup: 'people', PipelineWorkgroup: 'pipeline' });
    athena.on(StartQueryExecutionCommand).resolves({ QueryExecutionId: 'q' });
    athena.on(GetQueryExecutionCommand).resolves({ QueryExecution: { Status: { State: 'SUCCEEDED' } } });
    athena.on(GetQueryResultsCommand).resolves({
      ResultSet: {
        ResultSetMetadata: { ColumnInfo: [{ Name: 'n', Type: 'integer' }] },
        Rows: [{ Data: [{ VarCharValue: 'n' }] }, { Data: [{ VarCharValue: '7' }] }],
      },
    });
    const table = await queryDeployed('prod', 'SELECT 7 AS n;', CONNECTION);
    expect(table).toMatchObject({ columns: [{ name: 'n', type: 'integer' }], rows: [[7]] });
    expect(athena.commandCalls(StartQueryExecutionCommand)[0]?.args[0].input).toMatchObject({
      WorkGroup: 'people',
      QueryString: 'SELECT 7 AS n',
    });
  });

  it.each(['DELETE FROM a.b', 'DROP TABLE a.b', '/* SELECT */ INSERT INTO a.b VALUES (1)', ''])(
    'is no statement that changes something: %s',
    async (sql) => {
      await expect(queryDeployed('prod', sql, CONNECTION)).rejects.toMatchObject({
        exitCode: 2,
        problems: [{ code: 'query-refused' }],
      });
      expect(stacks.calls()).toHaveLength(0);
    },
  );
});
