/** Asks moto for what no client that we depend on can ask. */

/** By the prefix of a target: moto tells services apart by the scope of the signature alone. */
const SERVICES = { AWSGlue: 'glue', AWSEvents: 'events', Logs_20140328: 'logs' } as const;

/**
 * @param target an action with its service, `AWSGlue.GetDatabases`
 * @throws Error with moto's answer where it refuses
 */
export async function askMoto<Answer = unknown>(
  url: string,
  target: `${keyof typeof SERVICES}.${string}`,
  input: object,
): Promise<Answer> {
  const service = SERVICES[target.slice(0, target.indexOf('.')) as keyof typeof SERVICES];
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-amz-json-1.1',
      'X-Amz-Target': target,
      Authorization: `AWS4-HMAC-SHA256 Credential=x/20200101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=x`,
    },
    body: JSON.stringify(input),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${target}: moto answered ${response.status}: ${text}`);
  return JSON.parse(text === '' ? '{}' : text) as Answer;
}
