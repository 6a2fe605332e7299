import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
// @ts-expect-error: it comes without types
import validate from 'asl-validator';
import { Match } from 'aws-cdk-lib/assertions';
import { ENDS } from '../../../adapters/aws/ledger/table.ts';
import { MANIFESTS, STEPS } from '../../../adapters/aws/run/manifests.ts';
import { MOST_TRIES } from '../../../adapters/aws/run/tries.ts';
import { DEFINITION } from '../../../adapters/local/workflow.ts';
import { at, templates } from '../stage.ts';

const dev = await templates();
const { pipeline, project } = dev;
const prod = (await templates({ stage: 'prod' })).pipeline;

type Resource = { readonly Properties: Record<string, unknown>; readonly DeletionPolicy?: string };
const all = (type: string, from = pipeline) => Object.entries(from.findResources(type)) as [string, Resource][];
const properties = (type: string, from = pipeline) => all(type, from).map(([, { Properties }]) => Properties);
const functionOf = (name: string) =>
  properties('AWS::Lambda::Function').find(({ FunctionName }) => FunctionName === `landfall-${name}`);

describe('the ledger', () => {
  it('is encrypted, can be brought back to any second, costs nothing idle, and stays', () => {
    pipeline.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      Properties: {
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        BillingMode: 'PAY_PER_REQUEST',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
        DeletionProtectionEnabled: true,
        TimeToLiveSpecification: { Enabled: true, AttributeName: ENDS },
      },
    });
  });

  it('goes only when both locks are open', async () => {
    const { pipeline: open } = await templates({ allowDestroy: 'dev' });
    open.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Delete',
      Properties: { DeletionProtectionEnabled: false },
    });
    for (const [, { DeletionPolicy }] of all('AWS::SecretsManager::Secret')) expect(DeletionPolicy).toBe('Retain');
    for (const [, { DeletionPolicy }] of all('AWS::SecretsManager::Secret', open))
      expect(DeletionPolicy).toBe('Delete');
  });
});

describe('reserved concurrency', () => {
  const reserved = ({ pipeline: own, catalog, warehouse }: typeof dev) =>
    [own, catalog, warehouse]
      .flatMap((template) => properties('AWS::Lambda::Function', template))
      .filter(({ ReservedConcurrentExecutions }) => ReservedConcurrentExecutions !== undefined)
      .map(({ FunctionName }) => FunctionName)
      .toSorted();

  it('is that of functions which must not run twice at once', () => {
    expect(reserved(dev)).toEqual(['landfall-define', 'landfall-migrate', 'landfall-pull-app-installs']);
  });

  it('is left out for an account whose quota has none to give', async () => {
    expect(reserved(await templates({ reserveConcurrency: 'false' }))).toEqual([]);
  });
});

describe('every function', () => {
  const functions = properties('AWS::Lambda::Function');

  it('runs on arm64, traced, with logs of its own that are JSON, encrypted and kept for a while', () => {
    const logs = properties('AWS::Logs::LogGroup');
    expect(functions.length).toBeGreaterThan(12);
    for (const own of functions) {
      expect(own).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        TracingConfig: { Mode: 'Active' },
        LoggingConfig: { LogFormat: 'JSON' },
      });
      const log = logs.find(({ LogGroupName }) => LogGroupName === `/aws/lambda/${own['FunctionName']}`);
      expect(log).toMatchObject({ RetentionInDays: 14, KmsKeyId: expect.anything() });
    }
  });

  it('has a role that no other has', () => {
    const roles = functions.map(({ Role }) => JSON.stringify(Role));
    expect(new Set(roles).size).toBe(roles.length);
  });

  it('reads no secret from its environment', () => {
    for (const own of functions) {
      for (const [name, value] of Object.entries(at<object>(own, 'Environment', 'Variables'))) {
        expect(`${name} ${JSON.stringify(value)}`).not.toMatch(/resolve:secretsmanager|SecretString/);
      }
    }
  });
});

describe('queues', () => {
  const queues = all('AWS::SQS::Queue');
  const mappings = properties('AWS::Lambda::EventSourceMapping');

  it.each(Object.keys(STEPS))('hold what %s cannot take at once', (step) => {
    const [id, queue] = queues.find(([, { Properties }]) => Properties['QueueName'] === `landfall-${step}`) ?? [];
    const mapping = mappings.find((own) => at(own, 'EventSourceArn', 'Fn::GetAtt', '0') === id);
    expect(mapping).toMatchObject({ FunctionResponseTypes: ['ReportBatchItemFailures'] });
    expect(at(mapping, 'ScalingConfig', 'MaximumConcurrency')).toBeGreaterThanOrEqual(2);
    const timeout = Number(functionOf(step)?.['Timeout']);
    expect(queue?.Properties['VisibilityTimeout']).toBeGreaterThanOrEqual(timeout * 6);
    const target = at(queue, 'Properties', 'RedrivePolicy', 'deadLetterTargetArn', 'Fn::GetAtt', '0');
    const failed = queues.find(([other]) => other === target)?.[1].Properties;
    expect(failed).toMatchObject({ QueueName: `landfall-${step}-failed`, MessageRetentionPeriod: 1209600 });
    expect(at(queue, 'Properties', 'RedrivePolicy', 'maxReceiveCount')).toBe(MOST_TRIES);
    pipeline.hasOutput(`Redrive${step}`, { Value: Match.anyValue() });
  });

  it('let the warehouse be quiet first', () => {
    const delay = (from = pipeline) =>
      properties('AWS::SQS::Queue', from).find(({ QueueName }) => QueueName === 'landfall-publish')?.['DelaySeconds'];
    expect([delay(), delay(prod)]).toEqual([120, 900]);
  });
});

describe('events', () => {
  const patterns = properties('AWS::Events::Rule').map(({ EventPattern }) => EventPattern);

  it('are new objects of exact folders: each data set, and each kind of manifest', () => {
    const folders = patterns.map((own) => at(own, 'detail', 'object', 'key'));
    const expected = [...project.contracts.map(({ dataset }) => `${dataset}/`), ...Object.values(MANIFESTS)].sort();
    expect(folders.map((own) => at(own, '0', 'prefix')).sort()).toEqual(expected);
    for (const own of patterns) {
      expect(own).toMatchObject({ source: ['aws.s3'], 'detail-type': ['Object Created'] });
      expect(at(own, 'detail', 'bucket', 'name')).toHaveLength(1);
    }
  });
});

describe('the state machine', () => {
  const [machine] = properties('AWS::StepFunctions::StateMachine');

  it('is the file that runs on a laptop, byte by byte', () => {
    const hash = (text: string) => createHash('sha256').update(text).digest('hex');
    expect(hash(String(machine?.['DefinitionString']))).toBe(hash(readFileSync(DEFINITION, 'utf8')));
  });

  it('has a value for each of its substitutions, and no other', () => {
    const names = String(machine?.['DefinitionString']).matchAll(/\$\{(\w+)\}/g);
    const wanted = [...new Set([...names].map(([, name]) => name))].sort();
    expect(Object.keys(machine?.['DefinitionSubstitutions'] ?? {}).sort()).toEqual(wanted);
  });

  it('is sound with its substitutions', () => {
    const filled = String(machine?.['DefinitionString']).replaceAll(/\$\{(\w+)\}/g, (_, name: string) =>
      name.endsWith('Arn') ? `arn:aws:lambda:eu-west-1:111122223333:function:${name}` : name,
    );
    expect(validate(JSON.parse(filled))).toMatchObject({ isValid: true });
  });

  it('logs errors and no data, and is traced', () => {
    expect(machine).toMatchObject({
      LoggingConfiguration: { Level: 'ERROR', IncludeExecutionData: false },
      TracingConfiguration: { Enabled: true },
    });
  });
});

describe('schedules', () => {
  it('start nothing in dev', () => pipeline.resourceCountIs('AWS::Scheduler::Schedule', 0));

  it('start runs and pulls in prod, in roles of their own', () => {
    const schedules = properties('AWS::Scheduler::Schedule', prod);
    const pulled = project.contracts.filter(({ sourceApi }) => sourceApi !== undefined);
    expect(schedules.map(({ Name }) => Name)).toEqual(['run', ...pulled.map(({ dataset }) => `pull-${dataset}`)]);
  });
});

describe('pulls', () => {
  it('land files of their own data set alone, with a token that is not in the template', () => {
    const pulled = project.contracts.filter(({ sourceApi }) => sourceApi !== undefined);
    expect(pulled.length).toBeGreaterThan(0);
    for (const { dataset } of pulled) {
      pipeline.hasResourceProperties('AWS::SecretsManager::Secret', {
        Name: `landfall/pull/${dataset}`,
        SecretString: Match.absent(),
        GenerateSecretString: Match.absent(),
      });
      const policy = all('AWS::IAM::Policy').find(([id]) => id.startsWith(`pull${dataset.replaceAll('-', '')}`))?.[1];
      const writes = at<{ Action: string[]; Resource: unknown }[]>(policy, 'Properties', 'PolicyDocument', 'Statement')
        .filter(({ Action }) => Action.includes('s3:PutObject'))
        .map(({ Resource }) => JSON.stringify(Resource));
      // Its files, and pages of a pull that is not at its end.
      expect(writes).toHaveLength(2);
      for (const place of writes) expect(place).toContain(`/${dataset}/`);
    }
  });
});
