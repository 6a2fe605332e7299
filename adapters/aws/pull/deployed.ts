/** A pull of a deployed stage, as a command line asks for it: its function is called, and waited for. */

import { InvokeCommand, type InvokeCommandOutput, LambdaClient } from '@aws-sdk/client-lambda';
import { z } from 'zod';
import { LandfallError, type Problem } from '../../../core/problems.ts';
import { type Connection, makeClient } from '../clients.ts';
import { pullFunction, readOutputs } from '../deployment.ts';
import { failed, isNamed } from '../errors.ts';

/** What the function answers: counts, and the key of the new file in the landing bucket; null where nothing is new. */
const ANSWER = z.object({
  pages: z.number(),
  pages_resumed: z.number(),
  records: z.number(),
  records_repeated: z.number(),
  key: z.string().nullable(),
});

const FAILURE = z.object({ errorType: z.string().default(''), errorMessage: z.string().default('') });

export interface DeployedPull {
  readonly pages: number;
  readonly resumed: number;
  readonly records: number;
  readonly repeated: number;
  /** `s3://…`; null where nothing is new. */
  readonly file: string | null;
}

/** A function lives so long, and says nothing until it is done. */
const LONGEST = 15 * 60_000 + 30_000;

/**
 * @returns pulls a data set; throws LandfallError `pull-failed`, `pull-unfinished`, `pull-busy`, `not-deployed` and the like
 * @throws LandfallError as `readOutputs`
 */
export async function deployedPuller(
  stage: string,
  connection: Connection = {},
): Promise<(dataset: string) => Promise<DeployedPull>> {
  const [{ PullFunctionName }, { LandingBucket }] = await Promise.all([
    readOutputs(stage, 'pipeline', connection),
    readOutputs(stage, 'storage', connection),
  ]);
  // Another try of the SDK's would be another pull, beside the one that goes on.
  const client = makeClient(LambdaClient, connection, { silence: LONGEST, tries: 1 });
  return async (dataset) => {
    const name = pullFunction(PullFunctionName, dataset);
    const answer = await client.send(new InvokeCommand({ FunctionName: name })).catch((error: unknown) => {
      throw notCalled(error, name, stage);
    });
    const payload = payloadOf(answer);
    if (answer.FunctionError !== undefined) throw itFailed(name, payload);
    const told = ANSWER.safeParse(payload);
    if (!told.success) {
      const hint = `it is of another version of Landfall: npx cdk deploy --all -c stage=${stage}`;
      const message = 'expected counts and a key, and the function answered something else';
      throw new LandfallError({ code: 'pull-failed', file: name, message, hint });
    }
    const { pages, pages_resumed: resumed, records, records_repeated: repeated, key } = told.data;
    return { pages, resumed, records, repeated, file: key === null ? null : `s3://${LandingBucket}/${key}` };
  };
}

function payloadOf({ Payload }: InvokeCommandOutput): unknown {
  try {
    return JSON.parse(Payload?.transformToString() ?? 'null');
  } catch {
    return null;
  }
}

const logOf = (name: string) => `its log is /aws/lambda/${name} in CloudWatch`;

/** What the function itself failed by, in its own words. */
function itFailed(name: string, payload: unknown): LandfallError {
  const { errorType, errorMessage } = FAILURE.catch({ errorType: '', errorMessage: '' }).parse(payload);
  if (/timed ?out/i.test(`${errorType} ${errorMessage}`)) {
    return new LandfallError({
      code: 'pull-unfinished',
      file: name,
      message: `the function ran out of its time: ${errorMessage}`,
      hint: 'the pages that it has are kept: pull again, and it goes on behind them',
    });
  }
  const said = errorMessage === '' ? `${errorType || 'the function failed'}, and does not say why` : errorMessage;
  return new LandfallError({ code: 'pull-failed', file: name, message: said, hint: logOf(name) });
}

/** What kept the function from being called, or its answer from coming. */
function notCalled(error: unknown, name: string, stage: string): unknown {
  const problem = (code: string, message: string, hint: string): Problem => ({ code, file: name, message, hint });
  if (isNamed(error, 'ResourceNotFoundException')) {
    const hint = `deploy the contract, whose sourceApi makes it: npx cdk deploy --all -c stage=${stage}`;
    return new LandfallError(problem('not-deployed', 'there is no such function in this stage', hint));
  }
  if (isNamed(error, 'TooManyRequestsException')) {
    const hint = 'wait until it is done: one pull of a data set runs at a time';
    return new LandfallError(problem('pull-busy', 'another pull of it runs', hint));
  }
  if (isNamed(error, 'AccessDeniedException')) {
    const hint = 'it takes lambda:InvokeFunction on this function';
    return new LandfallError(problem('not-allowed', (error as Error).message, hint));
  }
  if (isNamed(error, 'TimeoutError') || /socket|ECONNRESET|EPIPE/i.test(String((error as Error).message))) {
    const message = `the line to the function broke: ${(error as Error).message}`;
    const hint = `the pull may go on without this command, and what it lands is loaded; ${logOf(name)}`;
    return new LandfallError(problem('pull-unheard', message, hint));
  }
  try {
    return failed(`the function ${name} can't be called`)(error);
  } catch (told) {
    return told;
  }
}
