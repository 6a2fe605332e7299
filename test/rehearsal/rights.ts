/** Roles held against the calls that were made in their names. Conditions of statements are not judged. */

import type { Statement } from '../../infra/tools/reading.ts';
import type { Call } from '../bridge/calls.ts';
import { arnOf, lastPart, type Templates } from '../engines/support/templates.ts';
import { roleOfKey } from './acting.ts';

/** What a role asked to do. */
export interface Asked {
  /** Its id in the template. */
  readonly role: string;
  /** As IAM names it, with its service. */
  readonly action: string;
  /** Its ARN; null where the call does not say, and any that the role has is taken for it. */
  readonly resource: string | null;
}

export interface Verdict {
  /** `role action resource`, with how often it was asked. */
  readonly refused: ReadonlyMap<string, number>;
  /** By role: actions that it may do and never asked for, as far as a rehearsal can hear. */
  readonly unused: ReadonlyMap<string, readonly string[]>;
  readonly calls: number;
}

/** Of calls that nobody here hears; of those that Lambda makes on a queue; and of those that end what is broken off. */
const UNSEEN = [
  /^(kms|logs|xray|ec2|cloudwatch):/,
  /^sqs:(ReceiveMessage|DeleteMessage|GetQueueAttributes)$/,
  /^s3:(AbortMultipartUpload|ListMultipartUploadParts|GetBucketLocation)$/,
  /^(athena:StopQueryExecution|redshift-data:CancelStatement|glue:BatchStopJobRun)$/,
];
/** What Athena asks in the name of whoever asks it. */
const ATHENA_S = /^(glue|s3):/;
const ASKS_ATHENA = 'athena:StartQueryExecution';

export function judge(templates: Templates, asked: readonly Asked[]): Verdict {
  const roles = new Map<string, Statement[]>();
  for (const { role, statement } of templates.statements()) roles.set(role, [...(roles.get(role) ?? []), statement]);
  const refused = new Map<string, number>();
  const used = new Map<string, Set<string>>();
  for (const { role, action, resource } of asked) {
    const own = roles.get(role) ?? [];
    const concerned = own.filter((statement) => matches(statement, action, resource));
    const isAllowed =
      concerned.some(({ Effect }) => Effect === 'Allow') &&
      !concerned.some(({ Effect }) => Effect === 'Deny' && resource !== null);
    if (isAllowed) used.set(role, (used.get(role) ?? new Set()).add(action));
    else {
      const name = `${role} ${action} ${resource ?? ''}`.trimEnd();
      refused.set(name, (refused.get(name) ?? 0) + 1);
    }
  }
  const unused = [...roles].map(([role, statements]) => {
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => [Action].flat());
    const own = used.get(role) ?? new Set();
    const isUnseen = (action: string) =>
      UNSEEN.some((one) => one.test(action)) || (own.has(ASKS_ATHENA) && ATHENA_S.test(action));
    const left = [...new Set(allowed)].filter((action) => !own.has(action) && !isUnseen(action));
    return [role, left.sort()] as const;
  });
  return { refused, unused: new Map(unused.filter(([, left]) => left.length > 0)), calls: asked.length };
}

function matches({ Action, Resource }: Statement, action: string, resource: string | null): boolean {
  if (![Action].flat().some((one) => like(one, action))) return false;
  return resource === null || [Resource].flat().some((one) => like(String(one), resource));
}

/** As IAM compares: `*` is any text, `?` any character. */
function like(pattern: string, text: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === text;
  const parts = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${parts}$`, 's').test(text);
}

/** Calls that the bridge heard, as what the roles asked; calls of people and of the engines themselves are left out. */
export function askedIn(templates: Templates, calls: readonly Call[]): Asked[] {
  const roles = new Map(
    templates.of('AWS::Lambda::Function').map((own) => {
      const { FunctionName, Role } = templates.resolved<{ FunctionName: string; Role: string }>(
        own,
        'FunctionName',
        'Role',
      );
      return [`lambda-${FunctionName}`, lastPart(Role)];
    }),
  );
  for (const [type, prefix] of [
    ['AWS::Glue::Job', 'job'],
    ['AWS::Glue::Crawler', 'crawler'],
  ] as const) {
    for (const own of templates.of(type)) {
      const { Name, Role } = templates.resolved<{ Name: string; Role: string }>(own, 'Name', 'Role');
      roles.set(`${prefix}-${Name}`, lastPart(Role));
    }
  }
  return calls.flatMap((call) => {
    const role = roles.get(call.accessKey) ?? roleOfKey(call.accessKey);
    // What CloudFormation's bucket is sent needs no right: its address is signed.
    if (role === null || role === undefined || call.accessKey === '') return [];
    return actionsOf(call).map((one) => ({ role, ...one }));
  });
}

type Wanted = Omit<Asked, 'role'>;

const S3: Readonly<Record<string, string>> = {
  HeadObject: 'GetObject',
  CreateMultipartUpload: 'PutObject',
  UploadPart: 'PutObject',
  CompleteMultipartUpload: 'PutObject',
  DeleteObjects: 'DeleteObject',
};
const S3_BUCKET: Readonly<Record<string, string>> = {
  ListObjectsV2: 'ListBucket',
  ListObjectVersions: 'ListBucketVersions',
  HeadBucket: 'ListBucket',
};

/** What IAM asks for a call. One that removes many objects names none of them here. */
export function actionsOf({ service, action, resource, names }: Call): Wanted[] {
  const one = (name: string, arn: string | null): Wanted[] => [{ action: name, resource: arn }];
  switch (service) {
    case 's3': {
      const onBucket = S3_BUCKET[action];
      const bucket = resource.split('/')[0] ?? '';
      if (onBucket !== undefined) return one(`s3:${onBucket}`, `arn:aws:s3:::${bucket}`);
      return one(`s3:${S3[action] ?? action}`, action === 'DeleteObjects' ? null : `arn:aws:s3:::${resource}`);
    }
    case 'dynamodb': {
      const table = names['TableName'];
      const arn = table === undefined ? null : arnOf('dynamodb', `table/${table}`);
      if (action !== 'TransactWriteItems') return one(`dynamodb:${action}`, arn);
      const parts = (names['TransactItems'] ?? '').split(',');
      return parts.flatMap((part) =>
        one(`dynamodb:${part === 'ConditionCheck' ? 'ConditionCheckItem' : `${part}Item`}`, arn),
      );
    }
    case 'athena': {
      const group = names['WorkGroup'];
      return one(`athena:${action}`, group === undefined ? null : arnOf('athena', `workgroup/${group}`));
    }
    case 'sqs': {
      const queue = names['QueueUrl'];
      return one(`sqs:${action}`, queue === undefined ? null : arnOf('sqs', lastPart(queue)));
    }
    case 'states':
      return one(`states:${action}`, names['stateMachineArn'] ?? null);
    case 'secretsmanager': {
      const id = names['SecretId'];
      return one(`secretsmanager:${action}`, id?.startsWith('arn:') === true ? id : null);
    }
    case 'sns':
      return one('sns:Publish', resource.startsWith('arn:') ? resource : null);
    default:
      return one(`${service}:${action}`, null);
  }
}
