import { type CfnResource, Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Where a role in a template says why some of its resources end in a star: reasons by resource. */
export const REASONS = 'landfall:reasons';

/** Says why a finding of cdk-nag on one resource stands: `AwsSolutions-S1`. */
export function acknowledge(resource: IConstruct, finding: string, reason: string): void {
  Validations.of(resource).acknowledge({ id: finding, reason });
}

/** Says why a role may use what it doesn't know by name: `arn`, which ends in a star. It stands in the template, too. */
export function acknowledgeStar(role: IConstruct, arn: string, reason: string): void {
  const found = asFound(Stack.of(role).resolve(arn));
  acknowledge(role, `AwsSolutions-IAM5[Resource::${found}]`, reason);
  const { cfnOptions } = role.node.defaultChild as CfnResource;
  const { [REASONS]: before, ...others } = cfnOptions.metadata ?? {};
  const reasons = [...(before?.[found] ?? []), reason];
  cfnOptions.metadata = { ...others, [REASONS]: { ...before, [found]: [...new Set(reasons)] } };
}

/** An ARN as cdk-nag writes it: `<Name>` for what CloudFormation fills in. */
export function asFound(arn: unknown): string {
  if (typeof arn !== 'object' || arn === null) return String(arn);
  const [[name, value] = ['', '']] = Object.entries(arn);
  if (name === 'Ref') return `<${value}>`;
  if (name === 'Fn::GetAtt') return `<${value.join('.')}>`;
  if (name === 'Fn::Join') return value[1].map(asFound).join(value[0]);
  return asFound(value);
}
