import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Settings } from '../config.ts';
import { DAY, HOUR, lateElements, quarantinedShare, scannedGiB, type Watched, warehouseHours } from './watched.ts';

export interface AlarmsProps extends Watched {
  readonly settings: Settings;
  readonly topic: Topic;
}

/** A step is tried so often before it has failed: fewer errors in an hour have mended themselves. */
const TRIES = 5;
/** A file that waits for longer than four visits of a function is stuck, not late. */
const STUCK = Duration.hours(1);

/** Each tells the topic once it goes off, and says in its description what to do. */
export class Alarms extends Construct {
  private readonly topic: Topic;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.topic = props.topic;
    this.watchRuns(props);
    this.watchQueues(props);
    this.watchRows(props);
    this.watchCost(props);
  }

  private watchRuns({ machine, functions, rules }: AlarmsProps): void {
    const period = Duration.minutes(5);
    const ended = { failed: machine.metricFailed({ period }), late: machine.metricTimedOut({ period }) };
    const failures = new MathExpression({
      expression: 'FILL(failed, 0) + FILL(late, 0)',
      usingMetrics: ended,
      label: 'runs',
      period,
    });
    this.add('runs-failed', failures, 1, 'ops.runs has every error of the run; the next run takes up what was left.');
    for (const { lambda, node } of functions) {
      const errors = lambda.metricErrors({ period: HOUR });
      this.add(`${node.id}-errors`, errors, TRIES, `The log group /aws/lambda/landfall-${node.id} says why.`);
    }
    const throttles = new Metric({ namespace: 'AWS/Lambda', metricName: 'Throttles', statistic: 'Sum', period: HOUR });
    this.add('throttles', throttles, TRIES, "Functions wait for each other: raise the account's quota of concurrency.");
    const undelivered = Object.fromEntries(rules.map((rule, index) => [`m${index}`, failedInvocations(rule.ruleName)]));
    // An alarm's expression takes ten metrics.
    for (const [index, ids] of inTens(Object.keys(undelivered)).entries()) {
      const sum = new MathExpression({
        expression: ids.map((one) => `FILL(${one}, 0)`).join(' + '),
        usingMetrics: Object.fromEntries(ids.flatMap((one) => [[one, undelivered[one] as Metric]])),
        label: 'events',
        period: HOUR,
      });
      this.add(
        `undelivered-${index + 1}`,
        sum,
        1,
        'A queue took no event: its policy, or that of the key. Start a run.',
      );
    }
  }

  private watchQueues({ queues, notStarted }: AlarmsProps): void {
    for (const [step, { queue, failed }] of queues) {
      const age = queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(5), statistic: 'Maximum' });
      this.add(`${step}-waits`, age, STUCK.toSeconds(), `Seconds that a message waits for ${step}: see its errors.`);
      const put = failed.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(5),
        statistic: 'Maximum',
      });
      this.add(`${step}-put-aside`, put, 1, `Mend what the log of ${step} says, then redrive (the stack's outputs).`);
    }
    const lost = notStarted.metricApproximateNumberOfMessagesVisible({ period: HOUR, statistic: 'Maximum' });
    this.add('not-started', lost, 1, 'A schedule could not start what it should, or a pull failed three times.');
  }

  private watchRows({ settings }: AlarmsProps): void {
    const share = quarantinedShare(HOUR);
    this.add('quarantine', share, settings.quarantinedPercent, 'landfall quarantine list says which rows, and why.');
    this.add('late', lateElements(HOUR), 1, 'Data is older than its contract promises: the report says which.');
  }

  private watchCost({ settings, workgroups, warehouseWorkgroup }: AlarmsProps): void {
    const scanned = scannedGiB(workgroups, DAY);
    this.add(
      'athena-scanned',
      scanned,
      settings.scannedGiBADay,
      'GiB a day; the history of each workgroup has queries.',
    );
    const hours = warehouseHours(warehouseWorkgroup, { period: DAY });
    this.add('warehouse-hours', hours, settings.warehouseHoursADay, 'RPU hours a day: what keeps the warehouse awake?');
  }

  /** @param threshold from which on it goes off */
  private add(name: string, metric: IMetric, threshold: number, alarmDescription: string): void {
    const alarm = new Alarm(this, name, {
      alarmName: `landfall-${name}`,
      alarmDescription,
      metric,
      threshold,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // Where nothing runs, nothing fails.
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
  }
}

function failedInvocations(rule: string): Metric {
  const dimensionsMap = { RuleName: rule };
  const own = { namespace: 'AWS/Events', metricName: 'FailedInvocations', dimensionsMap };
  return new Metric({ ...own, statistic: 'Sum', period: HOUR });
}

function inTens<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / 10) }, (_, tens) => items.slice(tens * 10, tens * 10 + 10));
}
