/** How every client of AWS is made: its name, how often it tries, for how long it waits, and where it asks. */

// Which Node is supported package.json says; a person's terminal and a function's log are no place to say it each time.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

/** Where the clients ask. What is left out the SDK finds as ever: environment, profile, or the function's own role. */
export interface Connection {
  /** A server that stands in for AWS; `AWS_ENDPOINT_URL` does the same. */
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Of one request, the first try counted. */
export const MOST_TRIES = 5;
/** Milliseconds. A line that says nothing for so long is taken for dead, and the request is tried again. */
const CONNECTING = 5_000;
const SILENCE = 60_000;

interface ClientConfig extends Connection {
  readonly maxAttempts: number;
  readonly retryMode: 'standard';
  readonly customUserAgent: [string][];
  readonly requestHandler: { readonly connectionTimeout: number; readonly socketTimeout: number };
  /** Of S3 alone: `host/bucket/key`, for a stand-in has no name for each bucket. */
  readonly forcePathStyle?: boolean;
}

/** Of a client whose requests take long, or must not be made twice. */
export interface Patience {
  /** Milliseconds. */
  readonly silence?: number;
  /** Of one request. */
  readonly tries?: number;
}

/** @param Client a class of the SDK, such as `S3Client` */
export function makeClient<Client>(
  Client: new (config: ClientConfig) => Client,
  connection: Connection = {},
  { silence = SILENCE, tries = MOST_TRIES }: Patience = {},
): Client {
  const isStandIn =
    (connection.endpoint ?? process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL'] ?? '') !== '';
  return new Client({
    ...connection,
    maxAttempts: tries,
    // Exponential waits with jitter, and a budget that ends retries where a service is down.
    retryMode: 'standard',
    customUserAgent: [['landfall']],
    requestHandler: { connectionTimeout: CONNECTING, socketTimeout: silence },
    ...(isStandIn ? { forcePathStyle: true } : {}),
  });
}
