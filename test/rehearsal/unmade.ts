/** Which of the templates' resources a rehearsal makes, and of which it can only say that it does not. */

import type { Templates } from '../engines/support/templates.ts';

/** Made of their templates, or played by them. Roles are held against the calls that were made in their names. */
const MADE: ReadonlySet<string> = new Set([
  'AWS::Athena::WorkGroup',
  'AWS::DynamoDB::Table',
  'AWS::Events::Rule',
  'AWS::Glue::Classifier',
  'AWS::Glue::Crawler',
  'AWS::Glue::Database',
  'AWS::Glue::Job',
  'AWS::Glue::Table',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::RedshiftServerless::Namespace',
  'AWS::RedshiftServerless::Workgroup',
  'AWS::S3::Bucket',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
  'AWS::Scheduler::Schedule',
  'AWS::SecretsManager::Secret',
  'AWS::StepFunctions::StateMachine',
  'Custom::LakeDefinitions',
  'Custom::WarehouseMigrations',
]);

const WHY: Readonly<Record<string, string>> = {
  'AWS::Athena::NamedQuery': 'texts for people; the tests of the templates ask for them',
  'AWS::Budgets::Budget': 'nothing here costs anything',
  'AWS::CDK::Metadata': "CDK's own",
  'AWS::CloudWatch::Alarm': 'no metric is kept here, so none rings',
  'AWS::CloudWatch::Dashboard': 'no metric is kept here',
  'AWS::Glue::SecurityConfiguration': 'nothing is encrypted here',
  'AWS::Glue::TableOptimizer': 'nothing compacts here',
  'AWS::IAM::ManagedPolicy': "people's, who are not rehearsed",
  'AWS::KMS::Alias': 'nothing is encrypted here',
  'AWS::KMS::Key': 'its name alone: nothing is encrypted here',
  'AWS::Lambda::EventInvokeConfig': 'schedules are fired and waited for',
  'AWS::Logs::LogGroup': 'what functions print is kept with their calls',
  'AWS::S3::BucketPolicy': 'moto judges nobody',
  'AWS::SNS::TopicPolicy': 'moto judges nobody',
  'AWS::SQS::QueuePolicy': 'moto judges nobody',
  'AWS::Scheduler::ScheduleGroup': 'a name',
};

const NETWORK = /^AWS::EC2::/;

export interface Unmade {
  readonly type: string;
  readonly count: number;
  readonly why: string;
}

/** By type: what stays on paper. */
export function unmadeIn(templates: Pick<Templates, 'types'>): Unmade[] {
  const types = templates.types();
  return [...new Set(types)]
    .filter((type) => !MADE.has(type))
    .sort()
    .map((type) => ({
      type,
      count: types.filter((one) => one === type).length,
      why: NETWORK.test(type) ? 'all is on one machine' : (WHY[type] ?? 'nothing here plays it'),
    }));
}
