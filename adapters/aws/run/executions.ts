/** Executions of the state machine: what became of the last ones, and the history of one. */

import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListExecutionsCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import type { RunVisits } from '../../../core/status/types.ts';
import { type RunEvent, Visits } from '../../shared/visits.ts';
import { failed } from '../errors.ts';
import { History, saidBy } from './history.ts';

export interface Execution {
  readonly arn: string;
  /** Its name, which is the run's id. */
  readonly runId: string;
  readonly status: 'running' | 'succeeded' | 'failed';
  /** Milliseconds since 1970, UTC. */
  readonly startedAt: number;
  readonly finishedAt: number | null;
}

/** The newest first, whoever began them. */
export async function lastExecutions(client: SFNClient, stateMachineArn: string, most: number): Promise<Execution[]> {
  const { executions = [] } = await client
    .send(new ListExecutionsCommand({ stateMachineArn, maxResults: most }))
    .catch(failed(`the executions of ${stateMachineArn} can't be listed`));
  return executions.map(({ executionArn = '', name = '', status, startDate, stopDate }) => ({
    arn: executionArn,
    runId: name,
    status: status === 'SUCCEEDED' ? 'succeeded' : /^(RUNNING|PENDING)/.test(status ?? '') ? 'running' : 'failed',
    startedAt: startDate?.getTime() ?? 0,
    finishedAt: stopDate?.getTime() ?? null,
  }));
}

/** Why an execution failed. */
export async function whyFailed(client: SFNClient, { arn }: Execution): Promise<string> {
  const {
    status = '',
    error,
    cause,
  } = await client
    .send(new DescribeExecutionCommand({ executionArn: arn }))
    .catch(failed(`the execution ${arn} can't be read`));
  return whyEnded(status, error, cause);
}

/** @param how as an execution's status, or the type of the last event of its history */
export function whyEnded(how: string, error = 'failed', cause = ''): string {
  if (/aborted/i.test(how)) return 'it was stopped';
  if (/timed_?out/i.test(how)) return 'it took longer than it may';
  return [error, saidBy(cause)].filter((part) => part !== '').join(': ');
}

/** How far an execution came. @param now milliseconds since 1970, UTC */
export async function visitsOf(client: SFNClient, { arn, finishedAt }: Execution, now: number): Promise<RunVisits> {
  const visits = new Visits();
  const { value } = await turns(client, arn).next();
  const ended = (value?.told ?? []).flatMap((event) => visits.see(event) ?? []);
  return { ended, open: visits.unfinished(finishedAt ?? now) };
}

interface Turn {
  readonly events: readonly HistoryEvent[];
  readonly told: readonly RunEvent[];
}

/** What is new in an execution's history, at each turn all there is by then. It never ends by itself. */
export async function* turns(client: SFNClient, executionArn: string): AsyncGenerator<Turn, undefined> {
  const history = new History();
  // Of the last page that was read: it is where the history grows.
  let page: string | undefined;
  for (;;) {
    const events: HistoryEvent[] = [];
    for (;;) {
      const found = await client
        .send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000, nextToken: page }))
        .catch(failed(`the history of ${executionArn} can't be read`));
      events.push(...(found.events ?? []));
      if (found.nextToken === undefined) break;
      page = found.nextToken;
    }
    yield { events, told: history.see(events) };
  }
}
