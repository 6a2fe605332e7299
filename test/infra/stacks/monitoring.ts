import { describe, expect, it } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { METRICS } from '../../../adapters/aws/metrics.ts';
import { STEPS } from '../../../adapters/aws/run/manifests.ts';
import { templates } from '../stage.ts';

const { monitoring, pipeline } = await templates({ alarmEmails: 'a@example.org,b@example.org' });

type Properties = Readonly<Record<string, unknown>>;
const alarms = Object.values(monitoring.findResources('AWS::CloudWatch::Alarm')).map(
  ({ Properties }) => Properties as Properties,
);
const names = alarms.map(({ AlarmName }) => String(AlarmName).replace(/^landfall-/, ''));

describe('alarms', () => {
  it('are there for runs, every function, every queue and what each puts aside', () => {
    const functions = Object.values(pipeline.findResources('AWS::Lambda::Function'));
    for (const { Properties } of functions) {
      expect(names).toContain(`${Properties.FunctionName.replace(/^landfall-/, '')}-errors`);
    }
    for (const step of Object.keys(STEPS)) {
      expect(names).toEqual(expect.arrayContaining([`${step}-waits`, `${step}-put-aside`]));
    }
    const others = ['runs-failed', 'throttles', 'undelivered-1', 'not-started', 'quarantine', 'late'];
    expect(names).toEqual(expect.arrayContaining([...others, 'athena-scanned', 'warehouse-hours']));
  });

  it('tell the topic, say what to do, and are still where nothing runs', () => {
    for (const own of alarms) {
      expect(own).toMatchObject({ TreatMissingData: 'notBreaching' });
      expect(own['AlarmActions']).toHaveLength(1);
      expect(String(own['AlarmDescription']).length).toBeGreaterThan(20);
    }
  });

  it('look at metrics that functions tell, and at those of AWS', () => {
    const text = JSON.stringify(alarms);
    for (const name of [METRICS.rowsRead, METRICS.rowsQuarantined, METRICS.lateElements]) expect(text).toContain(name);
    expect(alarms.length).toBeLessThan(60);
  });
});

describe('who is told', () => {
  it('has an encrypted topic that takes nothing in the clear, and of this account alone', () => {
    monitoring.hasResourceProperties('AWS::SNS::Topic', { TopicName: 'landfall', KmsMasterKeyId: Match.anyValue() });
    const [policy] = Object.values(monitoring.findResources('AWS::SNS::TopicPolicy'));
    const statements = policy?.['Properties'].PolicyDocument.Statement as Properties[];
    expect(statements).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    );
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow');
    for (const own of allowed)
      expect(own['Condition']).toEqual({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } });
  });

  it('are those of the context', () => {
    const endpoints = Object.values(monitoring.findResources('AWS::SNS::Subscription')).map(
      ({ Properties }) => Properties.Endpoint,
    );
    expect(endpoints).toEqual(['a@example.org', 'b@example.org']);
  });
});

describe('cost', () => {
  it('has a budget that tells at 80 % of it, and when it is forecast to be passed', () => {
    monitoring.hasResourceProperties('AWS::Budgets::Budget', {
      Budget: { BudgetLimit: { Amount: 50, Unit: 'USD' }, TimeUnit: 'MONTHLY' },
      NotificationsWithSubscribers: [
        Match.objectLike({ Notification: Match.objectLike({ NotificationType: 'ACTUAL', Threshold: 80 }) }),
        Match.objectLike({ Notification: Match.objectLike({ NotificationType: 'FORECASTED', Threshold: 100 }) }),
      ],
    });
  });
});
