/** How roles are held against calls. */

import { describe, expect, it } from '@jest/globals';
import type { Statement } from '../../infra/tools/reading.ts';
import type { Call } from '../bridge/calls.ts';
import { actionsOf, askedIn, judge } from './rights.ts';

const BUCKET = 'arn:aws:s3:::lake';
const LEDGER = 'arn:aws:dynamodb:us-east-1:123456789012:table/ledger';

const STATEMENTS: readonly Statement[] = [
  { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: [`${BUCKET}/runs/*`, `${BUCKET}/books/*`] },
  { Effect: 'Deny', Action: 's3:PutObject', Resource: [`${BUCKET}/runs/old/*`] },
  { Effect: 'Allow', Action: ['dynamodb:PutItem', 'dynamodb:Query'], Resource: [LEDGER] },
  { Effect: 'Allow', Action: ['kms:Decrypt'], Resource: ['?'] },
];

const templates = {
  statements: () => STATEMENTS.map((statement) => ({ role: 'loadRole', statement })),
  of: (type: string) => (type === 'AWS::Lambda::Function' ? [{}] : []),
  resolved: () => ({ FunctionName: 'landfall-load', Role: 'arn:aws:iam::123456789012:role/loadRole' }),
} as unknown as Parameters<typeof judge>[0];

function call(service: string, action: string, resource: string, names: Readonly<Record<string, string>> = {}): Call {
  return { service, action, resource, names, accessKey: 'lambda-landfall-load', at: 0, status: 200 };
}
const judged = (...calls: readonly Call[]) => judge(templates, askedIn(templates, calls));

describe('a call', () => {
  it.each([
    ['an object that is read', call('s3', 'GetObject', 'lake/runs/a.json'), []],
    ['one that is looked at', call('s3', 'HeadObject', 'lake/books/a.json'), []],
    ['a part of one', call('s3', 'UploadPart', 'lake/runs/a.parquet'), []],
    ['an object elsewhere', call('s3', 'GetObject', 'lake/tables/a'), [`loadRole s3:GetObject ${BUCKET}/tables/a`]],
    ['what is denied', call('s3', 'PutObject', 'lake/runs/old/a'), [`loadRole s3:PutObject ${BUCKET}/runs/old/a`]],
    ['a list', call('s3', 'ListObjectsV2', 'lake'), [`loadRole s3:ListBucket ${BUCKET}`]],
    ['a table of its own', call('dynamodb', 'Query', 'ledger', { TableName: 'ledger' }), []],
    [
      "another's table",
      call('dynamodb', 'Query', 'other', { TableName: 'other' }),
      ['loadRole dynamodb:Query arn:aws:dynamodb:us-east-1:123456789012:table/other'],
    ],
    [
      'the parts of a transaction',
      call('dynamodb', 'TransactWriteItems', 'ledger', { TransactItems: 'Put,ConditionCheck' }),
      ['loadRole dynamodb:ConditionCheckItem'],
    ],
  ])('of %s', (_what, one, refused) => {
    expect([...judged(one).refused.keys()]).toEqual(refused);
  });

  it('of nobody whose role is known is left out', () => {
    expect(judged({ ...call('s3', 'GetObject', 'lake/x'), accessKey: 'tester' }).calls).toBe(0);
  });

  it('that removes many objects names none of them', () => {
    expect(actionsOf(call('s3', 'DeleteObjects', 'lake/'))).toEqual([{ action: 's3:DeleteObject', resource: null }]);
  });
});

it('what is never asked for is listed, but for what asks in a caller’s name', () => {
  const { unused } = judged(call('s3', 'GetObject', 'lake/runs/a.json'));
  expect([...unused]).toEqual([['loadRole', ['dynamodb:PutItem', 'dynamodb:Query', 's3:PutObject']]]);
});
