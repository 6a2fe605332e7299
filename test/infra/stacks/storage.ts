import { describe, expect, it } from '@jest/globals';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { CONTEXT, type Context } from '../context.ts';
import { at, templates } from '../stage.ts';

const { storage, project } = await templates();
const KINDS = ['landing', 'lake', 'results', 'report'];

interface Resource {
  readonly Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
}

function buckets(template: Template): [string, Resource][] {
  return Object.entries(template.findResources('AWS::S3::Bucket')) as [string, Resource][];
}

function bucket(template: Template, kind: string): Resource {
  const found = buckets(template).find(([id]) => id.toLowerCase().startsWith(kind));
  if (found === undefined) throw new Error(`no ${kind} bucket`);
  return found[1];
}

const rulesOf = (own: Resource) => at<Record<string, unknown>[]>(own, 'Properties', 'LifecycleConfiguration', 'Rules');

describe('every bucket', () => {
  it('is one of four, or their access logs', () => {
    expect(buckets(storage).map(([id]) => id.replace(/[0-9A-F]{8}$/, ''))).toEqual([
      'Logs',
      'Landing',
      'Lake',
      'Results',
      'Report',
    ]);
  });

  it('is closed to the public, without ACLs, with versions, and kept', () => {
    storage.allResources('AWS::S3::Bucket', {
      Properties: Match.objectLike({
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        VersioningConfiguration: { Status: 'Enabled' },
      }),
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
  });

  it('refuses whoever comes without TLS, or with an old one', () => {
    const policies = Object.values(storage.findResources('AWS::S3::BucketPolicy'));
    expect(policies).toHaveLength(5);
    for (const { Properties } of policies) {
      const statements = Properties.PolicyDocument.Statement;
      for (const Condition of [
        { Bool: { 'aws:SecureTransport': 'false' } },
        { NumericLessThan: { 's3:TlsVersion': 1.2 } },
      ]) {
        expect(statements).toContainEqual(
          expect.objectContaining({ Effect: 'Deny', Action: 's3:*', Principal: { AWS: '*' }, Condition }),
        );
      }
    }
  });

  it("is encrypted with the stage's key, and its accesses are logged", () => {
    for (const kind of KINDS) {
      const { Properties } = bucket(storage, kind);
      expect(Properties['BucketEncryption']).toMatchObject({
        ServerSideEncryptionConfiguration: [
          { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } },
        ],
      });
      expect(Properties['LoggingConfiguration']).toMatchObject({ LogFilePrefix: `${kind}/` });
    }
    storage.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
  });

  it('lets go of uploads that were never finished', () => {
    for (const [, own] of buckets(storage)) {
      expect(rulesOf(own)).toContainEqual(
        expect.objectContaining({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }),
      );
    }
  });
});

describe('the lake', () => {
  it('lets go of what only passes through it, long after the last that may ask for it', () => {
    const rules = rulesOf(bucket(storage, 'lake')).flatMap(({ Prefix, ExpirationInDays }) =>
      Prefix === undefined ? [] : [[String(Prefix), Number(ExpirationInDays)] as const],
    );
    const passing = new Map(rules);
    // A message waits for 14 days, and for as many where it was put aside.
    for (const folder of ['manifests/', 'runs/']) expect(passing.get(folder)).toBeGreaterThan(2 * 14);
    expect(passing.get('exports/')).toBe(1);
    const tables = project.contracts.flatMap(({ schema, tables: own }) => own.map(({ name }) => `${schema}__${name}`));
    const changes = tables.map((name) => `landfall_staged/${name}__changes/`);
    expect([...passing.keys()].sort()).toEqual(['exports/', 'manifests/', 'runs/', ...changes].sort());
  });
});

describe('landed files', () => {
  it('never expire unasked, nor do older versions', () => {
    const rules = rulesOf(bucket(storage, 'landing'));
    expect(rules.flatMap(Object.keys)).not.toContain('ExpirationInDays');
    expect(rules.flatMap(Object.keys)).not.toContain('NoncurrentVersionExpiration');
  });

  it('expire when asked', async () => {
    const stages = CONTEXT['stages'] as { readonly dev: Context };
    const asked = await templates({ stages: { dev: { ...stages.dev, expireLandingDays: 400 } } });
    expect(rulesOf(bucket(asked.storage, 'landing'))).toContainEqual(
      expect.objectContaining({ ExpirationInDays: 400, NoncurrentVersionExpiration: { NoncurrentDays: 400 } }),
    );
  });

  it('are told to EventBridge, without a function of CDK', () => {
    for (const kind of ['landing', 'lake']) {
      expect(bucket(storage, kind).Properties['NotificationConfiguration']).toEqual({
        EventBridgeConfiguration: { EventBridgeEnabled: true },
      });
    }
    storage.resourceCountIs('AWS::Lambda::Function', 0);
  });
});

describe('the drop role', () => {
  const statements = Object.values(storage.findResources('AWS::IAM::Policy')).flatMap(
    ({ Properties }) => Properties.PolicyDocument.Statement as Record<string, unknown>[],
  );

  it("can only put objects under data sets' folders of the landing zone", () => {
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow');
    expect(allowed.map(({ Action }) => Action)).toEqual([
      ['s3:AbortMultipartUpload', 's3:PutObject'],
      ['kms:Decrypt', 'kms:GenerateDataKey'],
    ]);
    const arn = { 'Fn::GetAtt': [expect.stringMatching(/^Landing/), 'Arn'] };
    expect(allowed[0]?.['Resource']).toEqual(
      project.contracts.map(({ dataset }) => ({ 'Fn::Join': ['', [arn, `/${dataset}/*`]] })),
    );
  });

  it('uses the key for nothing but the landing zone', () => {
    const condition = statements.find(({ Condition }) => Condition !== undefined)?.['Condition'];
    expect(condition).toMatchObject({
      StringEquals: {
        'kms:EncryptionContext:aws:s3:arn': { 'Fn::GetAtt': [expect.stringMatching(/^Landing/), 'Arn'] },
      },
    });
  });

  it('can write no replay file', () => {
    const denied = statements.filter(({ Effect }) => Effect === 'Deny');
    expect(JSON.stringify(denied)).toContain('/_replay/*');
  });
});

describe('removal', () => {
  it('takes what the stacks hold with both locks open, and is otherwise protected from', async () => {
    const open = await templates({ allowDestroy: 'dev' });
    open.storage.allResources('AWS::S3::Bucket', { DeletionPolicy: 'Delete' });
    open.storage.allResources('AWS::KMS::Key', { DeletionPolicy: 'Delete' });
    expect(open.stacks.storage.terminationProtection).toBe(false);
    const kept = await templates();
    kept.storage.allResources('AWS::KMS::Key', { DeletionPolicy: 'Retain' });
    expect(kept.stacks.storage.terminationProtection).toBe(true);
  });
});
