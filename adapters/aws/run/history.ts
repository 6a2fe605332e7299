/** The history of an execution of Step Functions, in the words of the event log that a laptop writes. */

import type { HistoryEvent } from '@aws-sdk/client-sfn';
import type { RunEvent } from '../../shared/visits.ts';

type State = NonNullable<RunEvent['state']>;

interface Visited {
  readonly state: Omit<State, 'output'>;
  /** How the last try ended, where nothing came behind it yet. */
  failure?: { readonly Error: string; readonly Cause: string } | undefined;
}

/** Events point at those before them; of a visit to a state only the first and the last name the state. */
export class History {
  /** By the number of each event. */
  private readonly visits = new Map<number, Visited>();
  private last = 0;

  /** @param found in their order; those that were seen before are left out. @returns what they come to */
  see(found: readonly HistoryEvent[]): readonly RunEvent[] {
    const fresh = found.filter(({ id = 0 }) => id > this.last);
    return fresh.flatMap((event) => this.one(event));
  }

  private one(event: HistoryEvent): readonly RunEvent[] {
    const { id = 0, previousEventId = 0, type = '' } = event;
    const at = { timestamp: event.timestamp?.getTime() ?? 0 };
    this.last = id;
    const entered = event.stateEnteredEventDetails;
    if (entered !== undefined) {
      const state = { ...{ name: entered.name ?? '', type: kindOf(type) }, input: parsed(entered.input) };
      this.visits.set(id, { state });
      return [{ ...at, type: 'StateEntered', state }];
    }
    const visit = this.visits.get(previousEventId);
    if (visit === undefined) return [];
    this.visits.set(id, visit);
    const failure = failureOf(event);
    if (failure !== undefined) visit.failure = failure;
    const { state, failure: before } = visit;
    const failed = before === undefined ? [] : [{ ...at, type: 'StateFailed', state, ...before }];
    if (type === 'ExecutionFailed') return failed;
    if (/Scheduled$/.test(type) && before !== undefined) {
      visit.failure = undefined;
      return [{ ...at, type: 'StateRetried', state }];
    }
    const exited = event.stateExitedEventDetails;
    if (exited === undefined || exited.name !== state.name) return [];
    return [...failed, { ...at, type: 'StateExited', state: { ...state, output: parsed(exited.output) } }];
  }
}

/** `TaskStateEntered` is of a Task. */
const kindOf = (type: string) => type.replace(/StateEntered$/, '');

function failureOf(event: HistoryEvent): Visited['failure'] {
  const details = [
    event.lambdaFunctionFailedEventDetails,
    event.lambdaFunctionTimedOutEventDetails,
    event.lambdaFunctionScheduleFailedEventDetails,
    event.lambdaFunctionStartFailedEventDetails,
    event.taskFailedEventDetails,
    event.taskTimedOutEventDetails,
    event.taskStartFailedEventDetails,
    event.taskSubmitFailedEventDetails,
  ].find((one) => one !== undefined);
  if (details === undefined) return undefined;
  return { Error: details.error ?? 'States.TaskFailed', Cause: saidBy(details.cause ?? '') };
}

/** Lambda tells of an error as JSON, which has the message in it. */
export function saidBy(cause: string): string {
  const { errorMessage } = (parsed(cause) ?? {}) as { errorMessage?: unknown };
  return typeof errorMessage === 'string' ? errorMessage : cause;
}

/** Null where it was cut off, or left out. */
function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}
