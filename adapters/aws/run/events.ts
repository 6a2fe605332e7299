/** What functions are called with, as far as they read it. */

import { z } from 'zod';
import { LandfallError } from '../../../core/problems.ts';

const runId = z.string().regex(/^[\w-]{1,80}$/);

/** EventBridge's word of a new object; the key is as it is. */
const TOLD = z.object({
  source: z.literal('aws.s3'),
  'detail-type': z.literal('Object Created'),
  detail: z.object({
    bucket: z.object({ name: z.string() }),
    object: z.object({ key: z.string().min(1) }),
  }),
});

/** S3's own word of new objects, where a bucket tells a queue itself; keys are encoded as in a form. */
const NOTIFIED = z.object({
  Records: z.array(
    z.object({
      eventName: z.string(),
      s3: z.object({ bucket: z.object({ name: z.string() }), object: z.object({ key: z.string().min(1) }) }),
    }),
  ),
});

/** S3 looks whether it may write to the queue. */
const TESTED = z.object({ Event: z.literal('s3:TestEvent') });

export interface NewObject {
  readonly bucket: string;
  readonly key: string;
}

/** @param body of a message of SQS. @throws LandfallError `no-event` */
export function newObjects(body: string): readonly NewObject[] {
  const event = jsonOf(body);
  const told = TOLD.safeParse(event);
  if (told.success) return [{ bucket: told.data.detail.bucket.name, key: told.data.detail.object.key }];
  const notified = NOTIFIED.safeParse(event);
  if (notified.success) {
    return notified.data.Records.filter(({ eventName }) => eventName.startsWith('ObjectCreated:')).map(({ s3 }) => ({
      bucket: s3.bucket.name,
      key: decodeURIComponent(s3.object.key.replaceAll('+', ' ')),
    }));
  }
  if (TESTED.safeParse(event).success) return [];
  throw noEvent('an event of S3 that tells of a new object');
}

/** What the state machine is started with; all of it may be left out. */
const ASKED = z.object({
  datasets: z.array(z.string()).default([]),
  full: z.boolean().default(false),
  models: z.array(z.string()).default([]),
  months: z.string().nullable().default(null),
});

const PLAN = z.object({ asked: ASKED, execution: z.string().min(1), started: z.string().min(1) });

export type PlanInput = z.output<typeof PLAN>;

/** @throws LandfallError `no-event` */
export function planInput(event: unknown): PlanInput {
  const parsed = PLAN.safeParse(event);
  if (parsed.success) return parsed.data;
  throw noEvent(
    'what the state machine gives to Plan: { asked: { datasets, full, models, months }, execution, started }',
  );
}

const ERROR = z.object({ Error: z.string(), Cause: z.string().default('') });
const DATASET = z.string().regex(/^[a-z0-9-]+$/);
const TASK = z.looseObject({ run_id: runId, dataset: DATASET.optional(), error: ERROR.optional() });

export type TaskEvent = z.output<typeof TASK>;

/** @throws LandfallError `no-event` */
export function taskInput(event: unknown): TaskEvent {
  const parsed = TASK.safeParse(event);
  if (parsed.success) return parsed.data;
  throw noEvent('what the state machine gives to a task: { run_id, dataset, … }');
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw noEvent('JSON');
  }
}

/** What came instead isn't told: nobody knows what is in it. */
function noEvent(expected: string): LandfallError {
  const hint = 'look at the message where it is kept: the queue of what failed, or the execution';
  return new LandfallError({ code: 'no-event', message: `expected ${expected}, found something else`, hint });
}
