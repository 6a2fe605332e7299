/** What cdk-nag does not know: Landfall's own rules, over every stack of both stages. */

import { describe, expect, it } from '@jest/globals';
import { asFound, REASONS } from '../../../infra/constructs/acknowledge.ts';
import { at, openStage } from '../stage.ts';

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

const stages = await Promise.all(
  ['dev', 'prod'].map(async (stage) => {
    const { app } = await openStage({ stage });
    const stacks = app.synth().stacks;
    return stacks.map(({ stackName, template }) => ({
      stackName,
      resources: Object.entries(template.Resources as Record<string, Resource>),
    }));
  }),
);
const stacks = stages.flat();
const found = (type: string) =>
  stacks.flatMap(({ stackName, resources }) =>
    resources.filter(([, own]) => own.Type === type).map(([id, own]) => ({ stackName, id, ...own })),
  );

describe('roles', () => {
  const policies = stacks.flatMap(({ resources }) =>
    resources
      .filter(([, { Type }]) => Type === 'AWS::IAM::Policy' || Type === 'AWS::IAM::ManagedPolicy')
      .flatMap(([id, policy]) =>
        at<Statement[]>(policy, 'Properties', 'PolicyDocument', 'Statement').map((statement) => ({
          id,
          statement,
          role: resources.find(([other]) => other === at(policy, 'Properties', 'Roles', '0', 'Ref'))?.[1],
        })),
      ),
  );

  it('use actions by name', () => {
    expect(policies.length).toBeGreaterThan(50);
    for (const { statement } of policies) expect([statement.Action].flat().join()).not.toContain('*');
  });

  it('have a reason in the template for every resource with a star', () => {
    for (const { id, statement, role } of policies) {
      for (const resource of [statement.Resource].flat().map(asFound)) {
        if (!resource.includes('*') || statement.Effect === 'Deny') continue;
        const reasons = at<string[] | undefined>(role, 'Metadata', REASONS, resource);
        expect({ id, resource, reasons }).toEqual({
          id,
          resource,
          reasons: expect.arrayContaining([expect.any(String)]),
        });
      }
    }
  });

  it('have no managed policy of AWS, whose actions change', () => {
    for (const { Properties } of found('AWS::IAM::Role')) expect(Properties).not.toHaveProperty('ManagedPolicyArns');
  });

  it('are taken by services, and by people only to drop files', () => {
    for (const { id, Properties } of found('AWS::IAM::Role')) {
      for (const { Principal } of at<Statement[]>(Properties, 'AssumeRolePolicyDocument', 'Statement')) {
        if (id.startsWith('DropRole')) continue;
        expect(Object.keys(Principal as object)).toEqual(['Service']);
      }
    }
  });
});

describe('Athena', () => {
  it('has a scan limit and encrypted results in every workgroup, whatever a client asks for', () => {
    expect(found('AWS::Athena::WorkGroup')).toHaveLength(4);
    for (const { Properties } of found('AWS::Athena::WorkGroup')) {
      const settings = at<Record<string, unknown>>(Properties, 'WorkGroupConfiguration');
      expect(settings['EnforceWorkGroupConfiguration']).toBe(true);
      expect(settings['BytesScannedCutoffPerQuery']).toBeGreaterThan(10 * 1024 ** 2);
      const encryption = at(settings, 'ResultConfiguration', 'EncryptionConfiguration');
      expect(encryption).toMatchObject({ EncryptionOption: 'SSE_KMS', KmsKey: expect.anything() });
    }
  });
});

describe('Scheduler', () => {
  it('encrypts, gives up after a while, and keeps what it could not start', () => {
    for (const { Properties } of found('AWS::Scheduler::Schedule')) {
      expect(Properties).toMatchObject({ KmsKeyArn: expect.anything(), FlexibleTimeWindow: { Mode: 'OFF' } });
      expect(at(Properties, 'Target', 'DeadLetterConfig', 'Arn')).toBeDefined();
      expect(at(Properties, 'Target', 'RetryPolicy', 'MaximumEventAgeInSeconds')).toBeLessThanOrEqual(3600);
    }
  });
});

describe('SQS', () => {
  it("encrypts with the stage's key, and takes nothing in the clear", () => {
    const closed = found('AWS::SQS::QueuePolicy').filter(({ Properties }) =>
      at<Statement[]>(Properties, 'PolicyDocument', 'Statement').some(
        ({ Effect, Action, Condition }) =>
          Effect === 'Deny' && Action === 'sqs:*' && at(Condition, 'Bool', 'aws:SecureTransport') === 'false',
      ),
    );
    const queues = found('AWS::SQS::Queue');
    expect(closed).toHaveLength(queues.length);
    for (const { Properties } of queues) expect(Properties).toMatchObject({ KmsMasterKeyId: expect.anything() });
  });

  it('takes events from rules that are named, and from nobody else', () => {
    for (const { Properties } of found('AWS::SQS::QueuePolicy')) {
      for (const { Effect, Condition } of at<Statement[]>(Properties, 'PolicyDocument', 'Statement')) {
        if (Effect === 'Allow') expect(at(Condition, 'ArnEquals', 'aws:SourceArn')).toBeDefined();
      }
    }
  });
});

describe('Lambda', () => {
  const functions = found('AWS::Lambda::Function');

  it('is reached by nobody from outside: no URL, no permission', () => {
    expect([...found('AWS::Lambda::Url'), ...found('AWS::Lambda::Permission')]).toEqual([]);
  });

  it('has limits, and encrypted logs that end', () => {
    for (const { Properties } of functions) {
      expect(at(Properties, 'Timeout')).toBeLessThanOrEqual(900);
      expect(at(Properties, 'MemorySize')).toBeLessThanOrEqual(10240);
      expect(at(Properties, 'EphemeralStorage', 'Size')).toBeLessThanOrEqual(10240);
    }
    for (const { Properties } of found('AWS::Logs::LogGroup')) {
      expect(Properties).toMatchObject({ KmsKeyId: expect.anything(), RetentionInDays: expect.any(Number) });
    }
  });
});

describe('stacks', () => {
  it('have fewer resources than one may have', () => {
    for (const { stackName, resources } of stacks) {
      expect({ stackName, isSmall: resources.length < 500 }).toEqual({ stackName, isSmall: true });
    }
  });

  it('deploy no function but our own: no custom resource of a framework', () => {
    const names = found('AWS::Lambda::Function').map(({ Properties }) => String(Properties?.['FunctionName']));
    for (const name of names) expect(name).toMatch(/^landfall-/);
  });
});
