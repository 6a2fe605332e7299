import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, type IMetric, PeriodOverride } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { METRICS } from '../../adapters/aws/metrics.ts';
import { DAY, HOUR, quarantinedShare, scannedGiB, told, type Watched, warehouseHours } from './watched.ts';

/** What the pipeline did, on one page of CloudWatch. */
export class PipelineDashboard extends Construct {
  constructor(scope: Construct, id: string, watched: Watched) {
    super(scope, id);
    const { machine, functions, queues, workgroups, warehouseWorkgroup } = watched;
    const steps = [...queues.values()];
    const dashboard = new Dashboard(this, 'Board', {
      dashboardName: 'landfall',
      defaultInterval: Duration.days(7),
      periodOverride: PeriodOverride.INHERIT,
    });
    const rows = ['ingest', 'load'].flatMap((service) => [
      told(METRICS.rowsRead, service, HOUR).with({ label: `read by ${service}` }),
      told(METRICS.rowsQuarantined, service, HOUR).with({ label: `quarantined by ${service}` }),
    ]);
    dashboard.addWidgets(
      graph('Runs', [machine.metricSucceeded({ period: HOUR }), machine.metricFailed({ period: HOUR })]),
      graph('Rows', rows),
      graph('Quarantined, of 100', [quarantinedShare(HOUR)]),
    );
    dashboard.addWidgets(
      graph(
        'Oldest message, s',
        steps.map(({ queue }) => queue.metricApproximateAgeOfOldestMessage()),
      ),
      graph(
        'Put aside',
        steps.map(({ failed }) => failed.metricApproximateNumberOfMessagesVisible()),
      ),
      graph(
        'Errors',
        functions.map(({ lambda }) => lambda.metricErrors({ period: HOUR })),
      ),
    );
    dashboard.addWidgets(
      graph(
        'Duration, ms',
        functions.map(({ lambda }) => lambda.metricDuration({ period: HOUR, statistic: 'Maximum' })),
      ),
      graph('Athena, GiB a day', [scannedGiB(workgroups, DAY)]),
      graph('Warehouse, RPU hours a day', [warehouseHours(warehouseWorkgroup, { period: DAY })]),
    );
  }
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 8 });
}
