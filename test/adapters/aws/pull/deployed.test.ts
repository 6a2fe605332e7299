import { InvokeCommand, type InvokeCommandOutput, LambdaClient } from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { deployedPuller } from '../../../../adapters/aws/pull/deployed.ts';
import { CONNECTION, mockStacks, OUTPUTS } from '../stage.ts';

const { stacks, deployed } = mockStacks();
const lambda = mockClient(LambdaClient);
beforeEach(() => deployed(OUTPUTS));
afterEach(() => {
  stacks.reset();
  lambda.reset();
});

const pull = async () => (await deployedPuller('prod', CONNECTION))('school-rooms');
const answers = (answer: unknown, more: Partial<InvokeCommandOutput> = {}) =>
  lambda.on(InvokeCommand).resolves({
    StatusCode: 200,
    Payload: { transformToString: () => JSON.stringify(answer) } as unknown as Uint8Array as never,
    ...more,
  });

it("calls the data set's function, and tells what it landed", async () => {
  answers({ dataset: 'school-rooms', pages: 3, pages_resumed: 1, records: 25, records_repeated: 2, key: 'a/b.ndjson' });
  expect(await pull()).toEqual({ pages: 3, resumed: 1, records: 25, repeated: 2, file: 's3://landing/a/b.ndjson' });
  expect(lambda.commandCalls(InvokeCommand)[0]?.args[0].input).toEqual({ FunctionName: 'landfall-pull-school-rooms' });
});

it('has no file where nothing is new', async () => {
  answers({ pages: 1, pages_resumed: 0, records: 25, records_repeated: 0, key: null });
  expect(await pull()).toMatchObject({ records: 25, file: null });
});

it.each([
  [{ errorType: 'LandfallError', errorMessage: 'the API says 401' }, 'pull-failed', 'the API says 401'],
  [{ errorType: 'Runtime.ExitError', errorMessage: '' }, 'pull-failed', 'Runtime.ExitError, and does not say why'],
  [null, 'pull-failed', 'the function failed, and does not say why'],
  [
    { errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out after 900.00 seconds' },
    'pull-unfinished',
    'after 900',
  ],
])('tells what the function failed by: %j', async (payload, code, message) => {
  answers(payload, { FunctionError: 'Unhandled' });
  await expect(pull()).rejects.toMatchObject({
    exitCode: 1,
    problems: [{ code, file: 'landfall-pull-school-rooms', message: expect.stringContaining(message) }],
  });
});

it('takes no answer for one that it is not', async () => {
  answers({ hello: 1 });
  await expect(pull()).rejects.toMatchObject({ problems: [{ code: 'pull-failed' }] });
});

it.each([
  ['ResourceNotFoundException', 'not-deployed', 'npx cdk deploy'],
  ['TooManyRequestsException', 'pull-busy', 'wait until it is done'],
  ['AccessDeniedException', 'not-allowed', 'lambda:InvokeFunction'],
  ['TimeoutError', 'pull-unheard', 'may go on without this command'],
])('%s is told as %s, and is not tried again', async (name, code, hint) => {
  lambda.on(InvokeCommand).rejects(Object.assign(new Error('x'), { name, $metadata: { httpStatusCode: 400 } }));
  await expect(pull()).rejects.toMatchObject({ problems: [{ code, hint: expect.stringContaining(hint) }] });
  expect(lambda.commandCalls(InvokeCommand)).toHaveLength(1);
});
