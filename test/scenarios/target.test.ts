/** Commands that ask a deployed stage, as processes: what they say where they can't, and a pull of a stage. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OUTPUTS } from '../../adapters/aws/deployment.ts';
import { Workspace } from '../support/cli.ts';

let work: Workspace;
beforeAll(() => {
  work = new Workspace();
});
afterAll(() => work.close());

describe('without what it takes', () => {
  const surroundings = (more: Record<string, string>) => ({
    env: {
      ...{ HOME: work.root, AWS_CONFIG_FILE: 'none', AWS_SHARED_CREDENTIALS_FILE: 'none', AWS_PROFILE: '' },
      ...{ AWS_EC2_METADATA_DISABLED: 'true', AWS_REGION: 'eu-west-1' },
      ...more,
    },
  });
  const commands = [['status'], ['pull']];

  it.each(commands)('%s says that there are no credentials, and what to do', async (...args) => {
    const { code, stdout, stderr } = await work.cli([...args, '--target', 'aws'], surroundings({}));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^no credentials for AWS: .*[(]sign in [(]aws sso login[)], or set AWS_PROFILE[)]\n$/);
  });

  it('a region that there is not is told of as such', async () => {
    const { code, stderr } = await work.cli(
      ['status', '--target', 'aws'],
      surroundings({ AWS_REGION: '', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' }),
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^no region of AWS is known: .* [(]set AWS_REGION, or a region in the profile that AWS_PROFILE names[)]\n$/,
    );
  });
});

describe('of a stage that a small server tells of', () => {
  let server: Server;
  const asked: string[] = [];
  let answer: { status: number; body: string; headers?: Record<string, string> };
  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const body = (await buffer(request)).toString();
      const called = /^[/]2015-03-31[/]functions[/]([^/]+)[/]invocations/.exec(request.url ?? '')?.[1];
      if (called === undefined) {
        const told = described(body);
        response.writeHead(told.includes('<Error>') ? 400 : 200, { 'content-type': 'text/xml' }).end(told);
        return;
      }
      asked.push(called);
      response.writeHead(answer.status, answer.headers).end(answer.body);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });
  afterAll(() => new Promise((done) => server.close(done)));
  const pull = (...args: string[]) =>
    work.cli(['pull', '--target', 'aws', '--stage', 'shown', ...args], {
      env: {
        ...{ AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, AWS_REGION: 'eu-west-1' },
        ...{ AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' },
      },
    });

  it('pull calls the function of each data set that has an API, and tells of it as of a pull of its own', async () => {
    const counts = { pages: 4, pages_resumed: 0, records: 382, records_repeated: 0 };
    answer = { status: 200, body: JSON.stringify({ ...counts, key: 'app-installs/sections/a.ndjson' }) };
    const told = await pull();
    expect(told).toMatchObject({
      code: 0,
      stdout: 'app-installs: 382 records of 4 pages: in s3://the-landing/app-installs/sections/a.ndjson\n',
    });
    expect(asked.splice(0)).toEqual(['landfall-pull-app-installs']);
    answer = { ...answer, body: JSON.stringify({ ...counts, key: null }) };
    expect(JSON.parse((await pull('--json')).stdout)).toEqual({
      status: 'succeeded',
      datasets: [{ dataset: 'app-installs', ...counts, file: null }],
      errors: [],
    });
  });

  it('pull ends with 1 where the function failed, in its words', async () => {
    const body = JSON.stringify({ errorType: 'LandfallError', errorMessage: 'the API answers 401' });
    answer = { status: 200, body, headers: { 'X-Amz-Function-Error': 'Unhandled' } };
    const { code, stderr } = await pull();
    expect(code).toBe(1);
    expect(stderr).toContain('app-installs: landfall-pull-app-installs: the API answers 401 (its log is /aws/lambda/');
  });

  it('is not there', async () => {
    const { code, stderr } = await work.cli(['quarantine', 'list', '--target', 'aws', '--stage', 'other'], {
      env: {
        ...{ AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, AWS_REGION: 'eu-west-1' },
        ...{ AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' },
      },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^landfall-other-\w+: there is no such stack here [(]name the stage by --stage .*\n$/);
  });
});

/** CloudFormation's answer, of every output that a command may look for. */
function described(question: string): string {
  const name = new URLSearchParams(question).get('StackName') ?? '';
  if (!name.startsWith('landfall-shown-')) {
    return `<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code>
      <Message>Stack with id ${name} does not exist</Message></Error></ErrorResponse>`;
  }
  const outputs = { LandingBucket: 'the-landing', PullFunctionName: 'landfall-pull-&lt;dataset&gt;' };
  const members = Object.values(OUTPUTS)
    .flat()
    .map(
      (key) => `<member><OutputKey>${key}</OutputKey>
      <OutputValue>${outputs[key as keyof typeof outputs] ?? 'x'}</OutputValue></member>`,
    );
  return `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>${name}</StackName>
    <Outputs>${members.join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
}
