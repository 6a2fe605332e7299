/** That the policies of docs/deploy are enough for the templates and the commands, and for no more. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  executionPolicies,
  HANDLERS,
  MOST_CHARACTERS,
  neededFor,
  sizeOf,
} from '../../../infra/tools/deployer-policy.ts';
import { operatorPolicy } from '../../../infra/tools/operator-policy.ts';
import { permissionsPage } from '../../../infra/tools/permissions-page.ts';
import { nameOf, resourcesOf, type Templates } from '../../../infra/tools/reading.ts';
import type { Context } from '../context.ts';
import { openStage } from '../stage.ts';

/** Between them they have every resource that a setting can ask for. */
const CONTEXTS: readonly Context[] = [
  { stage: 'prod', biCidrs: '203.0.113.0/24' },
  { stage: 'prod', tunnel: true, alarmEmails: 'somebody@example.org' },
];
const assemblies = await Promise.all(CONTEXTS.map(async (context) => (await openStage(context)).app.synth()));
const all: readonly Templates[] = assemblies.map(({ stacks }) =>
  Object.fromEntries(stacks.map(({ id, template }) => [id, template])),
);
const typesOf = (templates: Templates) =>
  Object.values(templates).flatMap(({ Resources }) => Object.values(Resources).map(({ Type }) => Type));

describe('the policy of CloudFormation', () => {
  const statements = executionPolicies().flatMap(({ Statement }) => Statement);

  it('is made of the types that templates have, with every setting, and of no other', () => {
    const types = new Set(all.flatMap(typesOf).filter((type) => /^AWS::(?!CDK::)/.test(type)));
    expect(Object.keys(HANDLERS.types)).toEqual([...types].toSorted());
    for (const type of types) expect({ type, actions: neededFor(type) }).not.toEqual({ type, actions: [] });
  });

  it('has each action once, none with a star, and what it may touch by name wherever IAM knows names', () => {
    const actions = statements.flatMap(({ Action }) => Action).filter((action) => !/GetObject$/.test(action));
    expect(new Set(actions).size).toBe(actions.length);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
    const open = statements.filter(({ Resource }) => Resource.includes('*')).flatMap(({ Action }) => Action);
    expect(open.filter((action) => !HANDLERS.withoutResources.includes(action))).toEqual([]);
  });

  it('fits into managed policies', () => {
    for (const policy of executionPolicies()) expect(sizeOf(policy)).toBeLessThanOrEqual(MOST_CHARACTERS);
  });

  it.each([
    ['lambda', 'function', 'AWS::Lambda::Function', ':'],
    ['sqs', '', 'AWS::SQS::Queue', ''],
    ['sns', '', 'AWS::SNS::Topic', ''],
    ['dynamodb', 'table', 'AWS::DynamoDB::Table', '/'],
    ['events', 'rule', 'AWS::Events::Rule', '/'],
    ['states', 'stateMachine', 'AWS::StepFunctions::StateMachine', ':'],
    ['athena', 'workgroup', 'AWS::Athena::WorkGroup', '/'],
    ['glue', 'crawler', 'AWS::Glue::Crawler', '/'],
    ['glue', 'job', 'AWS::Glue::Job', '/'],
    ['secretsmanager', 'secret', 'AWS::SecretsManager::Secret', ':'],
    ['scheduler', 'schedule-group', 'AWS::Scheduler::ScheduleGroup', '/'],
    ['logs', 'log-group', 'AWS::Logs::LogGroup', ':'],
  ])('knows the resources of %s by the names that they have: %s', (service, kind, type, between) => {
    const patterns = statements
      .flatMap(({ Resource }) => Resource)
      .filter((one) => one.startsWith(`arn:aws:${service}:`))
      .map((one) => new RegExp(`^${one.replaceAll('*', '.*').replaceAll('!', '[!]')}$`));
    const resources = all.flatMap((templates) => resourcesOf(templates, type));
    expect(resources.length).toBeGreaterThan(0);
    for (const resource of resources) {
      const own = nameOf(resource);
      // What has no name gets its stack's.
      const name = own.includes('landfall') ? own : `landfall-STAGE-${resource.stack.toLowerCase()}-${own}`;
      const arn = `arn:aws:${service}:REGION:ACCOUNT:${kind}${between}${name}`;
      expect({ arn, isKnown: patterns.some((pattern) => pattern.test(arn)) }).toEqual({ arn, isKnown: true });
    }
  });

  it('goes with the roles that a deployment takes', () => {
    const page = permissionsPage();
    const shown = (role: string | undefined) =>
      String(role).replace(/\$\{AWS::(Partition|AccountId|Region)\}/g, (_, name: string) => WORDS[name] ?? name);
    for (const { assumeRoleArn, cloudFormationExecutionRoleArn } of assemblies.flatMap(({ stacks }) => stacks)) {
      expect(page).toContain(shown(assumeRoleArn));
      expect(page).toContain(shown(cloudFormationExecutionRoleArn).split('/').at(-1));
    }
  });
});

const WORDS: Readonly<Record<string, string>> = { Partition: 'aws', AccountId: 'ACCOUNT', Region: 'REGION' };

describe("the operators' policy", () => {
  const granted = operatorPolicy().Statement.flatMap(({ Action }) => Action);

  /** What commands go through, and what of it they never send. */
  const MODULES: readonly [path: string, service: string, never: readonly string[]][] = [
    ['deployment.ts', 'cloudformation', []],
    ['athena/index.ts', 'athena', []],
    ['run/deployed.ts', 'states', []],
    ['run/executions.ts', 'states', []],
    ['warehouse/data-api.ts', 'redshift-data', ['BatchExecuteStatement']],
  ];

  it.each(MODULES)('has what adapters/aws/%s sends', (path, service, never) => {
    const text = readFileSync(new URL(`../../../adapters/aws/${path}`, import.meta.url), 'utf8');
    const sent = [...text.matchAll(/new (\w+)Command\(/g)].map(([, name = '']) => name);
    expect(sent.length).toBeGreaterThan(0);
    const wanted = sent.filter((name) => !never.includes(name)).map((name) => `${service}:${name}`);
    expect(wanted.filter((action) => !granted.includes(action))).toEqual([]);
  });

  it('changes nothing but what it is for', () => {
    const writes = granted.filter((action) => /:(Put|Delete|Create|Update|Send|Start|Invoke|Execute)/.test(action));
    expect([...new Set(writes)].toSorted()).toEqual([
      'athena:StartQueryExecution',
      'lambda:InvokeFunction',
      'redshift-data:ExecuteStatement',
      's3:PutObject',
      'sqs:DeleteMessage',
      'sqs:SendMessage',
      'sqs:StartMessageMoveTask',
      'states:StartExecution',
    ]);
  });
});
