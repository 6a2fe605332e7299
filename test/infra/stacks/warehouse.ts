/** Rules of our own for what cdk-nag doesn't know: Redshift Serverless, its network, its accounts and its limits. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import type { Migration } from '../../../core/warehouse/migrations.ts';
import { warehouseTables } from '../../../core/warehouse/tables.ts';
import { readSettings } from '../../../infra/config.ts';
import { CONTEXT, type Context } from '../context.ts';
import { at, templates } from '../stage.ts';
import { parseGood } from '../tea.ts';

const { warehouse, project, app } = await templates();
const opened = await templates({ biCidrs: '203.0.113.0/24,198.51.100.7/32' });

type Resource = { readonly Properties: Record<string, unknown> };
const one = (template: Template, type: string): Resource => {
  const found = Object.values(template.findResources(type));
  if (found.length !== 1) throw new Error(`${found.length} of ${type}`);
  return found[0] as Resource;
};
const ingress = (template: Template) =>
  Object.values(template.findResources('AWS::EC2::SecurityGroup')).flatMap(
    ({ Properties }) => (Properties.SecurityGroupIngress ?? []) as Record<string, unknown>[],
  );

describe('the warehouse', () => {
  it('is private, reached over TLS alone, and small', () => {
    const { Properties } = one(warehouse, 'AWS::RedshiftServerless::Workgroup');
    expect(Properties).toMatchObject({
      PubliclyAccessible: false,
      EnhancedVpcRouting: true,
      BaseCapacity: 8,
      MaxCapacity: 16,
    });
    expect(Properties['SubnetIds']).toHaveLength(3);
    expect(Properties['ConfigParameters']).toContainEqual({ ParameterKey: 'require_ssl', ParameterValue: 'true' });
  });

  it("is encrypted with the stage's key, as are its administrator's password and its logs", () => {
    const { Properties } = one(warehouse, 'AWS::RedshiftServerless::Namespace');
    const key = { 'Fn::ImportValue': expect.stringMatching(/Key/) };
    expect(Properties).toMatchObject({ KmsKeyId: key, AdminPasswordSecretKmsKeyId: key, ManageAdminPassword: true });
    expect(Properties).not.toHaveProperty('AdminUserPassword');
    expect(Properties['LogExports']).toEqual(['connectionlog', 'userlog', 'useractivitylog']);
    const groups = Object.values(warehouse.findResources('AWS::Logs::LogGroup'));
    expect(groups.map(({ Properties: { LogGroupName } }) => LogGroupName)).toEqual(
      expect.arrayContaining(
        ['connectionlog', 'userlog', 'useractivitylog'].map((log) => `/aws/redshift/landfall/${log}`),
      ),
    );
    warehouse.allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: Match.anyValue(), RetentionInDays: 14 });
  });

  it('is kept when the stack goes, unless both locks are open', async () => {
    const kept = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };
    for (const type of ['AWS::RedshiftServerless::Namespace', 'AWS::SecretsManager::Secret', 'AWS::Logs::LogGroup']) {
      warehouse.allResources(type, kept);
    }
    const open = await templates({ allowDestroy: 'dev' });
    open.warehouse.allResources('AWS::RedshiftServerless::Namespace', { DeletionPolicy: 'Delete' });
    expect(open.stacks.warehouse.terminationProtection).toBe(false);
  });

  it('keeps no password in its template', () => {
    const text = JSON.stringify(warehouse.toJSON());
    expect(text).not.toMatch(/"(Admin)?(User)?Password"\s*:/);
    warehouse.allResourcesProperties('AWS::SecretsManager::Secret', {
      KmsKeyId: Match.anyValue(),
      GenerateSecretString: { PasswordLength: 40, GenerateStringKey: 'password' },
    });
  });
});

describe('its network', () => {
  it('lets nobody in, and has no way out but to S3', () => {
    for (const type of ['NatGateway', 'InternetGateway', 'EIP', 'Instance'])
      warehouse.resourceCountIs(`AWS::EC2::${type}`, 0);
    expect(ingress(warehouse)).toEqual([]);
    warehouse.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
    const { Properties } = one(warehouse, 'AWS::EC2::VPCEndpoint');
    expect(Properties['VpcEndpointType']).toBe('Gateway');
    const [statement] = at<{ Resource: unknown; Action: unknown }[]>(Properties, 'PolicyDocument', 'Statement');
    expect(statement?.Action).toEqual(['s3:GetBucketLocation', 's3:GetObject', 's3:ListBucket']);
    expect(JSON.stringify(statement?.Resource)).toContain('/exports/*');
  });

  it('logs who came and who was refused', () => {
    expect(one(warehouse, 'AWS::EC2::FlowLog').Properties).toMatchObject({ ResourceType: 'VPC', TrafficType: 'ALL' });
  });

  it('is opened to those networks alone that are named, and the subnets stay the same', () => {
    expect(one(opened.warehouse, 'AWS::RedshiftServerless::Workgroup').Properties).toMatchObject({
      PubliclyAccessible: true,
    });
    expect(ingress(opened.warehouse)).toEqual(
      ['203.0.113.0/24', '198.51.100.7/32'].map((CidrIp) =>
        expect.objectContaining({ CidrIp, FromPort: 5439, ToPort: 5439, IpProtocol: 'tcp' }),
      ),
    );
    opened.warehouse.resourceCountIs('AWS::EC2::NatGateway', 0);
    const subnets = (template: Template) => Object.keys(template.findResources('AWS::EC2::Subnet'));
    expect(subnets(opened.warehouse)).toEqual(subnets(warehouse));
  });

  it('has a tunnel where one is asked for, which reaches the warehouse and Systems Manager alone', async () => {
    const { warehouse: own } = await templates({ tunnel: 'true' });
    own.resourceCountIs('AWS::EC2::Instance', 1);
    own.resourceCountIs('AWS::EC2::VPCEndpoint', 3);
    const rules = Object.values(own.findResources('AWS::EC2::SecurityGroupIngress'));
    expect(rules.map(({ Properties }) => Properties.FromPort).sort()).toEqual([443, 5439]);
    for (const { Properties } of rules) expect(Properties).not.toHaveProperty('CidrIp');
    expect(own.toJSON()['Outputs']).toHaveProperty('TunnelInstance');
  });
});

describe('its roles', () => {
  const policies = Object.entries(warehouse.findResources('AWS::IAM::Policy')).map(([name, { Properties }]) => ({
    name,
    statements: Properties.PolicyDocument.Statement as {
      Action: string | string[];
      Resource: unknown;
      Condition?: unknown;
    }[],
  }));

  it('that copies can read the exports and nothing else', () => {
    const copy = policies.find(({ name }) => name.includes('CopyRole'));
    expect(copy?.statements.map(({ Action }) => Action)).toEqual([
      's3:ListBucket',
      's3:GetBucketLocation',
      's3:GetObject',
      'kms:Decrypt',
    ]);
    expect(copy?.statements[0]?.Condition).toEqual({ StringLike: { 's3:prefix': 'exports/*' } });
    expect(JSON.stringify(copy?.statements[2]?.Resource)).toMatch(/\/exports\/\*"/);
  });

  it('may do named things, and to all resources only what knows none', () => {
    const toAll = policies.flatMap(({ statements }) =>
      statements.flatMap(({ Action, Resource }) => {
        expect([Action].flat().join()).not.toContain('*');
        return [Resource].flat().includes('*') ? [Action].flat() : [];
      }),
    );
    expect([...new Set(toAll.map((action) => action.split(':')[0]))].sort()).toEqual([
      'redshift-data',
      'redshift-serverless',
      'xray',
    ]);
  });

  it('that migrates sees the statements that it submitted alone', () => {
    const seen = policies
      .flatMap(({ statements }) => statements)
      .find(({ Action }) => [Action].flat().includes('redshift-data:DescribeStatement'));
    expect(seen?.Condition).toEqual({
      StringEquals: { 'redshift-data:statement-owner-iam-userid': '\u0024{aws:userid}' },
    });
  });
});

describe('its migrations', () => {
  const resource = one(warehouse, 'Custom::WarehouseMigrations').Properties;

  it('are made by one function, without a framework around it', () => {
    warehouse.resourceCountIs('AWS::Lambda::Function', 1);
    expect(resource).toMatchObject({ ServiceTimeout: '960', NamespaceName: 'landfall', Again: '' });
  });

  it('are an asset of their hash, which changes with the contracts', async () => {
    const { Hash, Key } = resource['Migrations'] as { Hash: string; Key: unknown };
    const text = assetOf(app.outdir, Hash);
    expect(createHash('sha256').update(text).digest('hex')).toBe(Hash);
    expect(JSON.stringify(Key)).toMatch(/\.json/);
    const { warehouse: fewer } = await templates(
      {},
      { contracts: [parseGood()], models: [], analyses: [], dashboards: [] },
    );
    expect(at(one(fewer, 'Custom::WarehouseMigrations').Properties, 'Migrations', 'Hash')).not.toBe(Hash);
  });

  it('make every table that is published, typed', () => {
    const { Hash } = resource['Migrations'] as { Hash: string };
    const migrations = JSON.parse(assetOf(app.outdir, Hash)) as Migration[];
    const made = migrations.flatMap(({ statements }) =>
      statements.flatMap(
        ({ sql }) => /^CREATE TABLE IF NOT EXISTS "(\w+)"."(\w+)" \(/.exec(sql)?.slice(1).join('.') ?? [],
      ),
    );
    expect(made.filter((table) => !table.startsWith('landfall.')).sort()).toEqual(
      warehouseTables(project)
        .map(({ table }) => table)
        .sort(),
    );
    for (const { statements } of migrations) expect(statements.length).toBeLessThanOrEqual(40);
  });

  it('come with limits of computing, one of which stops it', () => {
    expect(resource['Limits']).toContainEqual({ period: 'monthly', hours: 40, breach: 'deactivate' });
  });
});

function assetOf(folder: string, hash: string): string {
  const { files } = JSON.parse(readFileSync(join(folder, 'Warehouse.assets.json'), 'utf8')) as {
    files: Record<string, { source: { path: string }; displayName?: string }>;
  };
  const found = Object.values(files).flatMap(({ source }) => {
    const text = source.path.endsWith('.json') ? readFileSync(join(folder, source.path), 'utf8') : '';
    return createHash('sha256').update(text).digest('hex') === hash ? [text] : [];
  });
  return found[0] ?? '';
}

describe('settings of the warehouse', () => {
  const stages = CONTEXT['stages'] as { readonly dev: Context };
  const dev = (changed: Context): Context => ({ stages: { dev: { ...stages.dev, ...changed } } });

  it.each([
    ['the whole Internet', { biCidrs: '0.0.0.0/0' }, /biCidrs: expected networks of IPv4.*\/16 at the broadest/],
    ['half of it', { biCidrs: '203.0.113.0/24,128.0.0.0/1' }, /found "128.0.0.0\/1"/],
    ['a network with host bits', { biCidrs: '203.0.113.7/24' }, /without host bits/],
    ['a network of IPv6', { biCidrs: '::/0' }, /biCidrs/],
    ['no address', { biCidrs: '999.0.0.0/24' }, /biCidrs/],
    ['a tunnel to what is open', { biCidrs: '203.0.113.0/24', tunnel: 'true' }, /tunnel: expected none/],
    ['a number of RPUs that there is not', dev({ warehouseRpus: 12 }), /warehouseRpus: expected 4, or a multiple of 8/],
    [
      'less to grow to',
      dev({ warehouseRpus: 32 }),
      /warehouseMostRpus: expected 32, the warehouseRpus, or more, found 16/,
    ],
    [
      'no limit that stops it',
      dev({ warehouseLimits: [{ period: 'daily', hours: 1, breach: 'log' }] }),
      /one of them "deactivate"/,
    ],
    [
      'a limit of nothing',
      dev({ warehouseLimits: [{ period: 'hourly', hours: 1, breach: 'deactivate' }] }),
      /warehouseLimits/,
    ],
  ])('refuse %s', (_, given, message) => {
    const context: Context = { ...CONTEXT, ...given };
    expect(() => readSettings((name) => context[name])).toThrow(message);
  });
});
