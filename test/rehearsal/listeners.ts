/** What Lambda does between queues and functions, for all of a stage's at once: each queue with as many calls as it may have. */

import { setTimeout as sleep } from 'node:timers/promises';
import { STEPS, type Step } from '../../adapters/aws/run/manifests.ts';
import type { EventPump } from '../engines/support/event-pump.ts';
import type { Templates } from '../engines/support/templates.ts';

interface Mapping {
  readonly step: Step;
  /** How many of its calls there may be at a time. */
  readonly most: number;
}

interface MappingProperties {
  readonly EventSourceArn: string;
  readonly FunctionName: string;
  readonly ScalingConfig: { readonly MaximumConcurrency: number };
}

/** Milliseconds between two looks into the queues. */
const PAUSE = 250;

export class Listeners {
  private readonly pump: EventPump;
  private readonly mappings: readonly Mapping[];
  private readonly busy = new Map<Step, number>();
  private readonly calls = new Set<Promise<unknown>>();
  /** Of calls that the pump could not bring to an end, which no message tells of. */
  private readonly failures: string[] = [];

  /** @throws Error of a mapping between a queue and another step's function */
  constructor(pump: EventPump, templates: Templates) {
    this.pump = pump;
    this.mappings = templates.of('AWS::Lambda::EventSourceMapping').map((own) => {
      const { EventSourceArn, FunctionName, ScalingConfig } = templates.resolved<MappingProperties>(
        own,
        ...(['EventSourceArn', 'FunctionName', 'ScalingConfig'] as const),
      );
      const step = FunctionName.replace('landfall-', '');
      if (!Object.hasOwn(STEPS, step) || !EventSourceArn.endsWith(`:${FunctionName}`))
        throw new Error(`${FunctionName} listens to ${EventSourceArn}, which no step does`);
      return { step: step as Step, most: ScalingConfig.MaximumConcurrency };
    });
  }

  /**
   * Until no queue has a message, no function works, and nothing is put off any more.
   *
   * @param isOver whether what goes on beside it, and may hold what messages wait for, has ended: only then are messages
   *   that were put off looked at before their time
   * @throws Error of a call that could not be made, or whose messages could not be deleted
   */
  async settle(isOver: () => boolean = () => true): Promise<void> {
    for (;;) {
      // What a function leaves as it ends may lie in a queue that was looked into before.
      const isAtWork = this.calls.size > 0 || !isOver();
      const found = await this.look();
      if (found || isAtWork || this.calls.size > 0) {
        await sleep(PAUSE);
        continue;
      }
      if (!(await this.pump.hasten())) break;
    }
    if (this.failures.length > 0) throw new Error(this.failures.splice(0).join('; '));
  }

  /** @returns whether a queue had anything */
  private async look(): Promise<boolean> {
    let found = false;
    for (const { step, most } of this.mappings) {
      const busy = this.busy.get(step) ?? 0;
      if (busy >= most) continue;
      const records = await this.pump.receive(step);
      if (records.length === 0) continue;
      found = true;
      this.busy.set(step, busy + 1);
      const call = this.pump.deliver(step, records).finally(() => {
        this.calls.delete(call);
        this.busy.set(step, (this.busy.get(step) ?? 1) - 1);
      });
      this.calls.add(call);
      // Its failure is of `settle`, not of a moment at which nobody listens.
      call.catch((error: unknown) => this.failures.push(`${step}: ${String(error)}`));
    }
    return found;
  }
}
