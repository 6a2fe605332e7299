/** Logs, metrics and traces of every function. What they tell has names and numbers, and no value of any row. */

import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { Tracer } from '@aws-lambda-powertools/tracer';
import type { Context } from 'aws-lambda';
import { METRICS, METRICS_NAMESPACE } from '../../adapters/aws/metrics.ts';
import type { WorkCounts } from '../../adapters/aws/run/home.ts';

export const logger = new Logger();
const metrics = new Metrics({ namespace: METRICS_NAMESPACE });
const tracer = new Tracer();

export type Handler<Event = unknown> = (event: Event, context: Context) => Promise<unknown>;

/** A handler whose failures are logged by their names, and whose counts are told at its end. */
export function observed(work: Handler): Handler {
  return async (event, context) => {
    logger.resetKeys();
    logger.addContext(context);
    const done = trace();
    try {
      return await work(event, context);
    } catch (error) {
      logger.error('failed', { error_name: (error as Error).name });
      throw error;
    } finally {
      done();
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    }
  };
}

/** Every line from here on is of this run. */
export function follow(runId: string, more: Readonly<Record<string, string | undefined>> = {}): void {
  logger.setCorrelationId(runId);
  logger.appendKeys({ ...more });
}

export function count(counts: WorkCounts): void {
  for (const [name, value] of Object.entries(counts)) {
    metrics.addMetric(
      METRICS[name as keyof WorkCounts],
      name.endsWith('Bytes') ? MetricUnit.Bytes : MetricUnit.Count,
      value,
    );
  }
}

function trace(): () => void {
  if (!tracer.isTracingEnabled()) return () => undefined;
  const parent = tracer.getSegment();
  const segment = parent?.addNewSubsegment(`## ${process.env['_HANDLER'] ?? 'handler'}`);
  if (segment === undefined) return () => undefined;
  tracer.setSegment(segment);
  tracer.annotateColdStart();
  tracer.addServiceNameAnnotation();
  return () => {
    segment.close();
    if (parent !== undefined) tracer.setSegment(parent);
  };
}
