/** What roles may do, action by action: CDK's own grants give more than is used. */

import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Asset } from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';
import { acknowledgeStar } from './acknowledge.ts';

export interface Grant {
  readonly actions: readonly string[];
  /** ARNs. */
  readonly resources: readonly string[];
  /** Why some of them end in a star, where they do. */
  readonly reason?: string;
  /** @default none */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export function grant(role: Role, { actions, resources, reason, conditions = {} }: Grant): void {
  role.addToPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources], conditions }));
  if (reason === undefined) return;
  for (const arn of resources.filter((one) => one.endsWith('*'))) acknowledgeStar(role, arn, reason);
}

/** A role that Glue takes to run something. */
export function glueRole(scope: Construct, id: string, description: string, grants: readonly Grant[]): Role {
  const role = new Role(scope, id, { description, assumedBy: new ServicePrincipal('glue.amazonaws.com') });
  for (const one of grants) grant(role, one);
  return role;
}

/** @param folder under which keys lie, with a slash behind it; every object of the bucket without it */
export function readObjects(scope: Construct, bucket: Bucket, folder = ''): Grant[] {
  const arn = arnIn(scope, bucket);
  return [list(arn), { actions: ['s3:GetObject'], resources: [`${arn}/${folder}*`], reason: DROPPED }];
}

const DROPPED = "Whoever drops files names them, under a data set's folder.";

/** @param folders under which keys lie, each with a slash behind it */
export function changeObjects(scope: Construct, bucket: Bucket, folders: readonly string[]): Grant[] {
  const arn = arnIn(scope, bucket);
  return [
    list(arn),
    {
      actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
      resources: folders.map((folder) => `${arn}/${folder}*`),
      reason: 'Iceberg names the files of its tables, and Landfall alone keeps files in this folder.',
    },
  ];
}

export function readAsset({ bucket, s3ObjectKey }: Asset): Grant {
  return { actions: ['s3:GetObject'], resources: [bucket.arnForObjects(s3ObjectKey)] };
}

export function useKey(key: IKey, ...actions: readonly ('Decrypt' | 'GenerateDataKey')[]): Grant {
  return { actions: actions.map((action) => `kms:${action}`), resources: [key.keyArn] };
}

/** @param actions without `glue:`, on these databases and every table of theirs */
export function useTables(scope: Construct, databases: readonly string[], actions: readonly string[]): Grant {
  const arn = (resource: string) => Stack.of(scope).formatArn({ service: 'glue', resource });
  const own = databases.flatMap((name) => [arn(`database/${name}`), arn(`table/${name}/*`)]);
  return {
    actions: actions.map((action) => `glue:${action}`),
    resources: [arn('catalog'), ...own],
    reason: "A database is one data set's or Landfall's own, and each of its tables is Landfall's.",
  };
}

export function writeGlueLogs(scope: Construct): Grant {
  const { partition, region, account } = Stack.of(scope);
  return {
    actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents', 'logs:AssociateKmsKey'],
    resources: [`arn:${partition}:logs:${region}:${account}:log-group:/aws-glue/*`],
    reason: 'Glue names the log groups of its runs itself, under one prefix.',
  };
}

/** From another stack, by the name under which that one exports it. */
export function arnIn(scope: Construct, bucket: Bucket): string {
  const home = Stack.of(bucket);
  return home === Stack.of(scope) ? bucket.bucketArn : home.exportValue(bucket.bucketArn);
}

function list(arn: string): Grant {
  return { actions: ['s3:ListBucket', 's3:GetBucketLocation'], resources: [arn] };
}
