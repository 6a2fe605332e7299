/** What CloudFormation asks of a custom resource, and how it is answered: by a PUT to the address that it gives. */

import { z } from 'zod';
import { LandfallError } from '../../core/problems.ts';

const Request = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  ResponseURL: z.url(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  /** What it is, is for whoever does the work to check. */
  ResourceProperties: z.unknown(),
});

export type CloudFormationRequest = z.output<typeof Request>;

/** An answer has 4,096 bytes at most. */
const LONGEST_REASON = 2000;
const TRIES = 3;

/**
 * Answers whatever happens: a stack whose custom resource stays silent hangs for an hour.
 *
 * @param event from CloudFormation
 * @param resource its id, which never changes: a new one would have the old one deleted
 * @param work for Create and Update; where it throws, the deployment fails with what it says
 * @throws where nobody can be answered
 */
export async function answer(
  event: unknown,
  resource: string,
  work: (properties: unknown) => Promise<void>,
): Promise<void> {
  const request = Request.parse(event);
  // What it keeps goes with the namespace, behind that one's own locks, or not at all.
  if (request.RequestType === 'Delete') return respond(request, resource, null);
  const failure = await work(request.ResourceProperties).then(
    () => null,
    (error: unknown) => error,
  );
  await respond(request, resource, failure);
}

async function respond(request: CloudFormationRequest, resource: string, failure: unknown): Promise<void> {
  const { ResponseURL, StackId, RequestId, LogicalResourceId } = request;
  const outcome = failure === null ? { Status: 'SUCCESS' } : { Status: 'FAILED', Reason: reasonOf(failure) };
  const body = JSON.stringify({ ...outcome, PhysicalResourceId: resource, StackId, RequestId, LogicalResourceId });
  for (let attempt = 1; ; attempt += 1) {
    // The address is signed for no content type.
    const sent = await fetch(ResponseURL, { method: 'PUT', body, headers: { 'content-type': '' } }).catch(
      (error: unknown) => error,
    );
    if (sent instanceof Response && sent.ok) return;
    if (attempt < TRIES) continue;
    const said = sent instanceof Response ? `${sent.status} ${sent.statusText}` : String(sent);
    throw new LandfallError({ code: 'no-answer', message: `CloudFormation could not be answered: ${said}` });
  }
}

function reasonOf(failure: unknown): string {
  const reason = failure instanceof Error ? failure.message : String(failure);
  return reason.length > LONGEST_REASON ? `${reason.slice(0, LONGEST_REASON)}…` : reason;
}
