import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnSubscription, Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Settings } from '../config.ts';
import { Alarms } from '../monitoring/alarms.ts';
import { PipelineDashboard } from '../monitoring/dashboard.ts';
import { TOPIC } from '../names.ts';
import type { CatalogStack } from './catalog-stack.ts';
import type { PipelineStack } from './pipeline-stack.ts';
import type { StorageStack } from './storage-stack.ts';

export interface MonitoringStackProps extends StackProps {
  readonly settings: Settings;
  readonly storage: StorageStack;
  readonly catalog: CatalogStack;
  readonly pipeline: PipelineStack;
  /** Of Redshift Serverless. */
  readonly warehouseWorkgroup: string;
}

/** Who is told of what: alarms, the end of runs, cost. */
export class MonitoringStack extends Stack {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, props: MonitoringStackProps) {
    super(scope, id, props);
    const { settings, storage, catalog, pipeline, warehouseWorkgroup } = props;
    this.topic = this.makeTopic(settings, storage.key);
    const watched = {
      functions: [...Object.values(pipeline.functions), ...pipeline.pulls],
      queues: pipeline.listeners.queues,
      rules: pipeline.listeners.rules,
      notStarted: pipeline.failed,
      machine: pipeline.run.machine,
      workgroups: [catalog.people.name, catalog.pipeline.name],
      warehouseWorkgroup,
    };
    new Alarms(this, 'Alarms', { ...watched, settings, topic: this.topic });
    new PipelineDashboard(this, 'Dashboard', watched);
    this.makeBudget(settings);
    new CfnOutput(this, 'TopicArn', { value: this.topic.topicArn });
  }

  private makeTopic({ alarmEmails }: Settings, key: IKey): Topic {
    const topic = new Topic(this, 'Topic', {
      topicName: TOPIC,
      displayName: 'Landfall',
      masterKey: key,
      enforceSSL: true,
    });
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: ['cloudwatch.amazonaws.com', 'budgets.amazonaws.com'].map((name) => new ServicePrincipal(name)),
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    );
    for (const [index, endpoint] of alarmEmails.entries()) {
      new CfnSubscription(this, `Email${index + 1}`, { topicArn: topic.topicArn, protocol: 'email', endpoint });
    }
    return topic;
  }

  /** Of the whole account, for a stage has one of its own: tags count only once somebody has activated them for billing. */
  private makeBudget({ stage, budgetDollars }: Settings): void {
    const tell = (notificationType: string, threshold: number) => ({
      notification: { notificationType, comparisonOperator: 'GREATER_THAN', threshold, thresholdType: 'PERCENTAGE' },
      subscribers: [{ subscriptionType: 'SNS', address: this.topic.topicArn }],
    });
    const budget = new CfnBudget(this, 'Budget', {
      budget: {
        budgetName: `landfall-${stage}`,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: budgetDollars, unit: 'USD' },
      },
      notificationsWithSubscribers: [tell('ACTUAL', 80), tell('FORECASTED', 100)],
    });
    budget.node.addDependency(this.topic);
  }
}
