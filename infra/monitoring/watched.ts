import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { Rule } from 'aws-cdk-lib/aws-events';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { METRICS, METRICS_NAMESPACE, type MetricName } from '../../adapters/aws/metrics.ts';
import type { LandfallFunction } from '../constructs/function.ts';
import type { StepQueue } from '../constructs/step-queue.ts';

/** What alarms and the dashboard look at. */
export interface Watched {
  readonly functions: readonly LandfallFunction[];
  /** By the name of the function that each feeds. */
  readonly queues: ReadonlyMap<string, StepQueue>;
  readonly rules: readonly Rule[];
  /** What schedules could not start. */
  readonly notStarted: Queue;
  readonly machine: StateMachine;
  /** Of Athena. */
  readonly workgroups: readonly string[];
  /** Of Redshift Serverless. */
  readonly warehouseWorkgroup: string;
}

/** The functions that take rows up. */
const LOADERS = ['ingest', 'load'];
const GIB = 1024 ** 3;

export const HOUR = Duration.hours(1);
export const DAY = Duration.days(1);

/** A sum of what one function told. */
export function told(metricName: MetricName, service: string, period: Duration): Metric {
  const dimensionsMap = { service };
  return new Metric({ namespace: METRICS_NAMESPACE, metricName, dimensionsMap, statistic: 'Sum', period });
}

/** Rows in quarantine of a hundred that were read. */
export function quarantinedShare(period: Duration): MathExpression {
  const sums = (id: string, name: MetricName) =>
    LOADERS.map((service, index) => [`${id}${index}`, told(name, service, period)] as const);
  const [read, kept] = [sums('read', METRICS.rowsRead), sums('kept', METRICS.rowsQuarantined)];
  const sum = (metrics: typeof read) => metrics.map(([id]) => `FILL(${id}, 0)`).join(' + ');
  return new MathExpression({
    // Where nothing was read, nothing is wrong with it.
    expression: `IF((${sum(read)}) > 0, 100 * (${sum(kept)}) / (${sum(read)}), 0)`,
    usingMetrics: Object.fromEntries([...read, ...kept]),
    label: 'rows in quarantine of 100',
    period,
  });
}

/** Promises of freshness that are broken, as a run or the end of an event chain found. */
export function lateElements(period: Duration): MathExpression {
  const metrics = ['check-freshness', 'report'].map((service, index) => {
    return [`late${index}`, told(METRICS.lateElements, service, period).with({ statistic: 'Maximum' })] as const;
  });
  return new MathExpression({
    expression: `MAX([${metrics.map(([id]) => `FILL(${id}, 0)`).join(', ')}])`,
    usingMetrics: Object.fromEntries(metrics),
    label: 'late elements',
    period,
  });
}

/** GiB that Athena bills for: what was cancelled half-way, too. */
export function scannedGiB(workgroups: readonly string[], period: Duration): MathExpression {
  const metrics = workgroups.flatMap((workgroup, index) =>
    ['SUCCEEDED', 'CANCELED'].map(
      (state) =>
        [
          `${state.toLowerCase()}${index}`,
          new Metric({
            namespace: 'AWS/Athena',
            metricName: 'ProcessedBytes',
            dimensionsMap: { WorkGroup: workgroup, QueryType: 'DML', QueryState: state },
            statistic: 'Sum',
            period,
          }),
        ] as const,
    ),
  );
  return new MathExpression({
    expression: `(${metrics.map(([id]) => `FILL(${id}, 0)`).join(' + ')}) / ${GIB}`,
    usingMetrics: Object.fromEntries(metrics),
    label: 'GiB scanned',
    period,
  });
}

/** Of Redshift Serverless: RPU hours, which it bills. */
export function warehouseHours(workgroup: string, options: MetricOptions): MathExpression {
  const seconds = new Metric({
    namespace: 'AWS/Redshift-Serverless',
    metricName: 'ComputeSeconds',
    dimensionsMap: { Workgroup: workgroup },
    statistic: 'Sum',
    ...options,
  });
  return new MathExpression({
    expression: 'FILL(seconds, 0) / 3600',
    usingMetrics: { seconds },
    label: 'RPU hours',
    ...(options.period === undefined ? {} : { period: options.period }),
  });
}
