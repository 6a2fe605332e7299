/** A workflow's event log as visits to its states. */

import type { StateTime } from '../../core/pipeline/session.ts';

/** What an event log says, of which a visit is made. */
export interface RunEvent {
  readonly type: string;
  /** Milliseconds since 1970, UTC. */
  readonly timestamp: number;
  readonly state?: {
    readonly name: string;
    readonly type: string;
    readonly input?: unknown;
    readonly output?: unknown;
  };
  readonly Error?: string;
  readonly Cause?: unknown;
}

interface Visit {
  readonly event: RunEvent;
  retries: number;
  error?: string;
}

export class Visits {
  private readonly open = new Map<string, Visit>();

  /** The visit that an event of it begins. */
  static begun(event: RunEvent): StateTime | undefined {
    return event.type === 'StateEntered' ? timeOf({ event, retries: 0 }, event) : undefined;
  }

  /** @returns the visit that the event ends */
  see(event: RunEvent): StateTime | undefined {
    const { state, type } = event;
    if (state === undefined) return undefined;
    const key = `${state.name} ${JSON.stringify(state.input)}`;
    const visit = this.open.get(key) ?? { event, retries: 0 };
    if (type === 'StateEntered') this.open.set(key, visit);
    if (type === 'StateRetried') visit.retries += 1;
    if (type === 'StateFailed') visit.error = `${event.Error}: ${String(event.Cause)}`;
    if (type !== 'StateExited') return undefined;
    this.open.delete(key);
    return timeOf(visit, event);
  }

  /** States that were entered and not left, the outermost first. */
  unfinished(now: number): readonly StateTime[] {
    return [...this.open.values()].map((visit) => timeOf(visit, { ...visit.event, timestamp: now }));
  }
}

/** What is begun, as progress tells it: `check headers`, and of what; nothing of states that take no time. */
export function begunInWords(event: RunEvent): readonly [name: string, detail: string] | undefined {
  const begun = Visits.begun(event);
  if (begun?.type !== 'Task') return undefined;
  const { files } = (event.state?.input as { batch?: { files?: number } } | null)?.batch ?? {};
  const where = [begun.dataset, begun.table].filter(Boolean).join('.');
  return [inWords(begun.state), files === undefined ? where : `${where}, ${files} ${files === 1 ? 'file' : 'files'}`];
}

/** `CheckHeaders` becomes `check headers`. */
function inWords(state: string): string {
  return state
    .replace(/(?<=.)[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .replace(/^./, (letter) => letter.toLowerCase());
}

function timeOf({ event, retries, error }: Visit, end: RunEvent): StateTime {
  const { name = '', type = '', input = null } = event.state ?? {};
  const { dataset, batch } = (input ?? {}) as { dataset?: unknown; batch?: { table?: unknown } };
  return {
    state: name,
    type,
    ...(typeof dataset === 'string' ? { dataset } : {}),
    ...(typeof batch?.table === 'string' ? { table: batch.table } : {}),
    enteredAt: event.timestamp,
    elapsed: end.timestamp - event.timestamp,
    input: JSON.stringify(input).length,
    output: JSON.stringify(end.state?.output ?? null).length,
    retries,
    ...(error === undefined ? {} : { error }),
  };
}
