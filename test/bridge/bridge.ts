/**
 * AWS on one machine, for the SDK's clients: Athena is Trino, Redshift is PostgreSQL, Glue's jobs are Spark, all else is
 * moto. A client needs nothing but `AWS_ENDPOINT_URL`, a region and any credentials. What is real and what is not:
 * README.md.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { AthenaApi } from './athena/api.ts';
import { type Call, isForm, recognise } from './calls.ts';
import { type DoubledStatements, type FailingStatements, type Fault, Faults } from './faults.ts';
import { GlueApi, type GlueOptions } from './glue/api.ts';
import { passOn } from './moto.ts';
import { type Actions, AwsError, errorReply, jsonReply, type Reply } from './protocol.ts';
import { RedshiftDataApi } from './redshift/api.ts';
import type { Door } from './redshift/server.ts';
import { RedshiftServerlessApi } from './redshift/serverless.ts';

export interface BridgeOptions extends GlueOptions {
  /** Trino's address. */
  readonly trino: string;
}

export interface Bridge {
  /** For `AWS_ENDPOINT_URL`. */
  readonly url: string;
  /** Every call so far, in the order in which they came. */
  readonly calls: readonly Call[];
  /** Lets the next calls of an action fail. */
  fail(fault: Fault): void;
  /** Runs the next statements of Athena's twice at once. */
  doubleQueries(doubled: DoubledStatements): void;
  /** Why statements that ran twice failed, so far. */
  readonly conflicts: readonly string[];
  /** Lets the next statements of Redshift's end as failed, with nothing done; in a batch, that one and with it the batch. */
  failStatements(failure: FailingStatements): void;
  /** Lets a user of the warehouse in, as BI tools come: by PostgreSQL's protocol, and a password. */
  admit(user: string, password: string): Promise<Door>;
  /** Forgets calls and faults. */
  reset(): void;
  close(): Promise<void>;
}

interface Service {
  readonly actions: Actions;
  close(): Promise<void>;
}

export async function startBridge(options: BridgeOptions): Promise<Bridge> {
  let url = '';
  const athena = new AthenaApi(options);
  const redshift = new RedshiftDataApi(options);
  const services = new Map<string, Service>([
    ['athena', athena],
    ['redshift-data', redshift],
    ['redshift-serverless', new RedshiftServerlessApi()],
    ['glue', new GlueApi(options, () => url)],
  ]);
  const calls: Call[] = [];
  const faults = new Faults();
  const server = createServer((request, response) => {
    serve(request, response).catch((error: Error) => response.destroy(error));
  });
  // A large object may take its time.
  server.requestTimeout = 0;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const isJson = request.headers['x-amz-target'] !== undefined;
    const body = isJson || isForm(request) ? await buffer(request) : null;
    const call = recognise(request, body ?? Buffer.alloc(0));
    calls.push(call);
    const outcome = faults.take(call);
    if (outcome !== null && outcome.delay > 0) await sleep(outcome.delay);
    const { error = null, lost = false } = outcome ?? {};
    // What is not read would be taken for the next request of the connection.
    if (error !== null && body === null) request.resume();
    const reply = error === null ? await answer(call, request, body) : errorReply(error, call.service);
    if (lost) {
      if (reply.body instanceof Readable) await buffer(reply.body);
      response.destroy();
      return;
    }
    call.status = reply.status;
    response.writeHead(reply.status, [...reply.headers]);
    if (reply.body instanceof Readable) await pipeline(reply.body, response);
    else response.end(reply.body);
  }

  async function answer(call: Call, request: IncomingMessage, body: Buffer | null): Promise<Reply> {
    const action = services.get(call.service)?.actions[call.action];
    if (action === undefined || body === null) return passOn(options.moto, request, body);
    try {
      return jsonReply(await action(JSON.parse(body.toString())));
    } catch (error) {
      if (error instanceof AwsError) return errorReply(error, call.service);
      // What moto answered the bridge is the caller's to know.
      if (isServiceError(error)) return errorReply(new AwsError(error.name, error.message), call.service);
      // A fault of the bridge's own: loud, and not to be retried.
      console.error(`bridge: ${call.service} ${call.action} failed`, error);
      return errorReply(new AwsError('BridgeFailure', String(error)), call.service);
    }
  }

  await new Promise<void>((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    calls,
    fail: (fault) => faults.add(fault),
    doubleQueries: (doubled) => athena.doubles.add(doubled),
    conflicts: athena.doubles.failures,
    failStatements: (failure) => redshift.faults.add(failure),
    admit: (user, password) => redshift.admit(user, password),
    reset() {
      calls.length = 0;
      faults.clear();
      athena.doubles.clear();
      redshift.faults.clear();
    },
    async close() {
      // Their own clients use the server, until they have ended.
      for (const service of services.values()) await service.close();
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
}

function isServiceError(error: unknown): error is Error {
  return error instanceof Error && '$metadata' in error && '$fault' in error;
}
