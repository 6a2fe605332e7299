/** What a request asks for: for the list of calls, and to find who answers it. */

import type { IncomingMessage } from 'node:http';

export interface Call {
  /** As signatures name it: `s3`, `athena`, `redshift-data`, `glue`, `dynamodb`, … */
  readonly service: string;
  /** As IAM names it, such as `GetObject`. */
  readonly action: string;
  /** The bucket with the key, or the names that the request has for what it is about; never what is in it. */
  readonly resource: string;
  /** What a JSON request names, by the names of its fields; of a transaction, what its parts do. */
  readonly names: Readonly<Record<string, string>>;
  /** Whose signature it is. */
  readonly accessKey: string;
  /** Milliseconds since 1970, UTC. */
  readonly at: number;
  /** Of the answer; 0 until it is there, or where it was lost. */
  status: number;
}

/** Names of things in requests, the widest first. */
const NAMES = [
  'WorkGroup',
  'WorkgroupName',
  'ClusterIdentifier',
  'Database',
  'DatabaseName',
  'TableName',
  'JobName',
  'QueueUrl',
  'QueueName',
  'TopicArn',
  'SecretId',
  'FunctionName',
  'stateMachineArn',
  'Name',
  'QueryExecutionId',
  'Id',
] as const;

/** @param body of a JSON request or a form; empty where it is not looked at */
export function recognise(request: IncomingMessage, body: Buffer): Call {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const credential =
    /Credential=([^,\s]+)/.exec(request.headers.authorization ?? '')?.[1] ??
    url.searchParams.get('X-Amz-Credential') ??
    '';
  const [accessKey = '', , , service = ''] = credential.split('/');
  const known = { accessKey, at: Date.now(), status: 0, names: {} };
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') {
    const action = target.split('.').at(-1) ?? target;
    return { ...known, service: service || serviceOf(target), action, ...named(parseJson(body)) };
  }
  if (isForm(request)) {
    const form = Object.fromEntries(new URLSearchParams(body.toString()));
    return { ...known, service, action: form['Action'] ?? '', resource: named(form).resource };
  }
  const path = decodeURIComponent(url.pathname).replace(/^\//, '');
  const action =
    service === 's3' || service === '' ? s3Action(request.method ?? 'GET', path, url) : (request.method ?? 'GET');
  return { ...known, service: service || 's3', action, resource: path };
}

export function isForm({ headers }: IncomingMessage): boolean {
  return (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
}

function serviceOf(target: string): string {
  const prefix = target.split('.')[0] ?? '';
  const services: Readonly<Record<string, string>> = {
    AmazonAthena: 'athena',
    RedshiftData: 'redshift-data',
    AWSGlue: 'glue',
  };
  return services[prefix] ?? prefix;
}

function parseJson(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function named(input: Record<string, unknown>): Pick<Call, 'resource' | 'names'> {
  const names = Object.fromEntries(
    NAMES.flatMap((name) => (typeof input[name] === 'string' ? [[name, input[name]]] : [])),
  );
  const { RequestItems = {}, TransactItems = [] } = input as {
    RequestItems?: object;
    TransactItems?: readonly Record<string, { TableName?: string }>[];
  };
  const tables = TransactItems.flatMap((item) => Object.values(item).map(({ TableName }) => TableName));
  const all = [...Object.values(names), ...Object.keys(RequestItems), ...tables];
  const parts =
    TransactItems.length === 0 ? {} : { TransactItems: [...new Set(TransactItems.flatMap(Object.keys))].join() };
  return {
    resource: [...new Set(all.filter((name) => typeof name === 'string'))].join('/'),
    names: { ...names, ...parts },
  };
}

function s3Action(method: string, path: string, { searchParams }: URL): string {
  const [bucket = '', ...rest] = path.split('/');
  const has = (name: string) => searchParams.has(name);
  if (bucket === '') return 'ListBuckets';
  if (rest.join('/') === '') {
    if (method === 'POST' && has('delete')) return 'DeleteObjects';
    if (method === 'GET' && has('versions')) return 'ListObjectVersions';
    if (method === 'GET' && has('uploads')) return 'ListMultipartUploads';
    const part = ['versioning', 'notification', 'policy', 'lifecycle', 'encryption', 'tagging', 'location'].find(has);
    if (part !== undefined) return `${method === 'GET' ? 'Get' : 'Put'}Bucket${part}`;
    return { GET: 'ListObjectsV2', HEAD: 'HeadBucket', PUT: 'CreateBucket', DELETE: 'DeleteBucket' }[method] ?? method;
  }
  if (has('uploads')) return 'CreateMultipartUpload';
  if (has('uploadId')) {
    const parts = {
      GET: 'ListParts',
      PUT: 'UploadPart',
      POST: 'CompleteMultipartUpload',
      DELETE: 'AbortMultipartUpload',
    };
    return parts[method as keyof typeof parts] ?? method;
  }
  const verb = { GET: 'GetObject', HEAD: 'HeadObject', PUT: 'PutObject', DELETE: 'DeleteObject' }[method] ?? method;
  return has('tagging') ? `${verb}Tagging` : verb;
}
