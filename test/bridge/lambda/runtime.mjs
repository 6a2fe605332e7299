/** What Lambda's own runtime does in a function's process: it loads the handler, and calls it with each event. */

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { LAMBDA_TASK_ROOT: root = '', _HANDLER: named = '' } = process.env;

/** @param {unknown} error */
const failure = (error) => {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return { errorType: name, errorMessage: message, trace: (stack ?? '').split('\n') };
};

/** @returns {Promise<(event: unknown, context: object) => unknown>} */
async function load() {
  const [file, name] = named.split('.');
  const { [name ?? '']: handler } = await import(pathToFileURL(join(root, `${file}.mjs`)).href);
  if (typeof handler === 'function') return handler;
  throw Object.assign(new Error(`${named} is undefined or not exported`), { name: 'Runtime.HandlerNotFound' });
}

/** @param {import('./environment.ts').Invocation} invocation */
function contextOf({ requestId, arn, deadline }) {
  const { env } = process;
  return {
    callbackWaitsForEmptyEventLoop: true,
    awsRequestId: requestId,
    invokedFunctionArn: arn,
    functionName: env['AWS_LAMBDA_FUNCTION_NAME'],
    functionVersion: env['AWS_LAMBDA_FUNCTION_VERSION'],
    memoryLimitInMB: env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'],
    logGroupName: env['AWS_LAMBDA_LOG_GROUP_NAME'],
    logStreamName: env['AWS_LAMBDA_LOG_STREAM_NAME'],
    getRemainingTimeInMillis: () => Math.max(deadline - Date.now(), 0),
  };
}

/** @param {import('./environment.ts').Answer} answer */
const say = (answer) => process.send?.(answer);

/** Answers go another way than what is printed, and may overtake it: each stream says where an event's log ends. */
const endLog = () => {
  for (const stream of [process.stdout, process.stderr]) stream.write('\0');
};

try {
  const handler = await load();
  process.on('message', async (/** @type {import('./environment.ts').Invocation} */ invocation) => {
    process.env['_X_AMZN_TRACE_ID'] = invocation.trace;
    try {
      const payload = await handler(JSON.parse(invocation.event), contextOf(invocation));
      say({ payload: JSON.stringify(payload) ?? 'null' });
    } catch (error) {
      say({ failure: failure(error) });
    } finally {
      endLog();
    }
  });
  say({ isReady: true });
} catch (error) {
  say({ failure: failure(error) });
  process.disconnect?.();
}
