/** cdk-nag over every stack, with CDK's own validation on. */

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { openStage } from './stage.ts';

interface Acknowledged {
  readonly stack: string;
  readonly resource: string;
  readonly id: string;
  readonly reason: string;
}

const before = process.env['CDK_VALIDATION'];
beforeAll(() => {
  delete process.env['CDK_VALIDATION'];
});
afterAll(() => {
  process.env['CDK_VALIDATION'] = before;
  // CDK sets it where something is found.
  process.exitCode = undefined;
});

/** @throws where something is found that nobody has acknowledged */
function acknowledgedIn(app: App): Acknowledged[] {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app, { writeSuppressionsToCloudFormation: true }));
  return app
    .synth()
    .stacks.flatMap(({ stackName, template }) =>
      Object.entries(template.Resources as Record<string, { Metadata?: NagMetadata }>).flatMap(
        ([resource, { Metadata }]) =>
          (Metadata?.cdk_nag?.rules_to_suppress ?? []).map((rule) => ({ stack: stackName, resource, ...rule })),
      ),
    );
}

interface NagMetadata {
  readonly cdk_nag?: { readonly rules_to_suppress: readonly { readonly id: string; readonly reason: string }[] };
}

describe('cdk-nag', () => {
  it('finds nothing that is not acknowledged by resource and finding, with a reason', async () => {
    const { app } = await openStage();
    const acknowledged = acknowledgedIn(app);
    process.stderr.write(`cdk-nag: ${new Set(acknowledged.map(({ id }) => id)).size} findings acknowledged\n`);
    expect(acknowledged.length).toBeGreaterThan(0);
    // CDK's own word on zones that are named by their place.
    for (const { id, reason } of acknowledged.filter((one) => one.id !== 'CloudFormation-Validate::W3010')) {
      expect(id).toMatch(/AwsSolutions-((S1|SF1|SMG4|SQS3)$|IAM5\[Resource::.*[*]\])/);
      expect(reason.length).toBeGreaterThan(40);
    }
  });

  it('is heard: a bucket that anyone made would be found', () => {
    const app = new App();
    new Bucket(new Stack(app, 'Open'), 'Open');
    expect(() => acknowledgedIn(app)).toThrow(/AwsSolutions-S1'/);
  });
});
