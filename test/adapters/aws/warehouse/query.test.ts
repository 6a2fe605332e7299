import {
  DescribeStatementCommand,
  ExecuteStatementCommand,
  GetStatementResultCommand,
  RedshiftDataClient,
} from '@aws-sdk/client-redshift-data';
import { afterEach, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { queryDeployedWarehouse } from '../../../../adapters/aws/warehouse/query.ts';
import { CONNECTION, mockStacks, OUTPUTS } from '../stage.ts';

const { stacks, deployed } = mockStacks();
const redshift = mockClient(RedshiftDataClient);
afterEach(() => {
  stacks.reset();
  redshift.reset();
});

const ask = (sql: string) => queryDeployedWarehouse('prod', sql, CONNECTION);

describe('a question to a deployed warehouse', () => {
  it('is asked as the reader, and answered in the types of a lake', async () => {
    deployed(OUTPUTS);
    redshift.on(ExecuteStatementCommand).resolves({ Id: 's' });
    redshift.on(DescribeStatementCommand).resolves({ Id: 's', Status: 'FINISHED' });
    const ColumnMetadata = [
      { name: 'n', typeName: 'int8' },
      { name: 'at', typeName: 'timestamp' },
      { name: 'is_on', typeName: 'bool' },
      { name: 'note', typeName: 'varchar' },
    ];
    redshift
      .on(GetStatementResultCommand)
      .resolvesOnce({
        ColumnMetadata,
        Records: [
          [{ longValue: 7 }, { stringValue: '2026-01-31 10:00:00' }, { booleanValue: false }, { stringValue: 'a' }],
        ],
        NextToken: 'more',
      })
      .resolves({
        ColumnMetadata,
        Records: [[{ longValue: 8 }, { isNull: true }, { booleanValue: true }, { isNull: true }]],
      });
    expect(await ask('SELECT * FROM tea_shop.sales;')).toEqual({
      columns: [
        { name: 'n', type: 'bigint' },
        { name: 'at', type: 'timestamp' },
        { name: 'is_on', type: 'boolean' },
        { name: 'note', type: 'string' },
      ],
      rows: [
        [7, '2026-01-31 10:00:00.000', false, 'a'],
        [8, null, true, null],
      ],
    });
    expect(redshift.commandCalls(ExecuteStatementCommand)[0]?.args[0].input).toMatchObject({
      ...{ WorkgroupName: 'warehouse', Database: 'landfall', SecretArn: 'arn:reader' },
      Sql: 'SELECT * FROM tea_shop.sales',
    });
  });

  it.each(['DELETE FROM a.b', 'GRANT SELECT ON a.b TO c', ''])(
    'is no statement that changes something: %s',
    async (sql) => {
      await expect(ask(sql)).rejects.toMatchObject({ exitCode: 2, problems: [{ code: 'query-refused' }] });
      expect(stacks.calls()).toHaveLength(0);
    },
  );

  it('that fails is told in the words of Redshift', async () => {
    deployed(OUTPUTS);
    redshift.on(ExecuteStatementCommand).resolves({ Id: 's' });
    redshift
      .on(DescribeStatementCommand)
      .resolves({ Id: 's', Status: 'FAILED', Error: 'ERROR: permission denied for a.b' });
    await expect(ask('SELECT * FROM a.b')).rejects.toMatchObject({
      exitCode: 1,
      problems: [{ code: 'warehouse-failed', message: expect.stringContaining('permission denied') }],
    });
  });

  it.each([
    ['ERROR: permission denied for schema hr', 'landfall_catalog.published_tables'],
    ['ERROR: relation "tea_shop.sale" does not exist', 'landfall_catalog.published_tables'],
    ['ERROR: schema "teashop" does not exist', 'landfall_catalog.published_tables'],
    ['ERROR: usage limit of 10 RPU hours exceeded', 'usage limit'],
  ])('is told what a reader can do next: %s', async (reason, hint) => {
    deployed(OUTPUTS);
    redshift.on(ExecuteStatementCommand).resolves({ Id: 's' });
    redshift.on(DescribeStatementCommand).resolves({ Id: 's', Status: 'FAILED', Error: reason });
    await expect(ask('SELECT 1')).rejects.toMatchObject({ problems: [{ hint: expect.stringContaining(hint) }] });
  });

  it('that the own role may not ask names what it lacks', async () => {
    deployed(OUTPUTS);
    const denied = Object.assign(new Error('User x is not authorized'), { name: 'AccessDeniedException' });
    redshift.on(ExecuteStatementCommand).rejects(denied);
    const hint = expect.stringContaining('ExecuteStatement');
    await expect(ask('SELECT 1')).rejects.toMatchObject({ problems: [{ code: 'warehouse-failed', hint }] });
  });
});
