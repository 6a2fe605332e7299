/** Who needs what to bootstrap, to deploy and to work with a stage: a page, and the policies that it tells of. */

import { executionPolicies, HANDLERS, neededFor, type Policy, sizeOf } from './deployer-policy.ts';
import { OPERATOR, operatorPolicy } from './operator-policy.ts';

/** By name, as they lie in docs/deploy. `ACCOUNT`, `REGION` and `STAGE` are to be filled in. */
export function policyFiles(): Readonly<Record<string, Policy>> {
  const parts = executionPolicies().map((policy, index) => [`execution-policy-${index + 1}.json`, policy] as const);
  return { ...Object.fromEntries(parts), 'operator-policy.json': operatorPolicy() };
}

export function permissionsPage(): string {
  const sizes = Object.entries(policyFiles()).map(([name, policy]) => `[${name}](${name}) (${sizeOf(policy)})`);
  const types = Object.keys(HANDLERS.types).map((type) => `| \`${type}\` | ${inCode(neededFor(type))} |`);
  const commands = OPERATOR.map(({ command, statements }) => {
    const actions = statements.flatMap(({ Action }) => Action);
    const resources = statements.flatMap(({ Resource }) => Resource);
    return `| ${command} | ${inCode(actions, '<br>')} | ${inCode(resources, '<br>')} |`;
  });
  return [...HEAD, `${sizes.join(', ')}.`, ...EXECUTION, ...types, ...COMMANDS, ...commands, ''].join('\n');
}

const inCode = (words: readonly string[], between = ' ') =>
  [...new Set(words)].map((word) => `\`${word}\``).join(between);

const HEAD = [
  '# What deploying and operating take',
  '',
  'Made by `npm run deploy:docs`; tests hold it against the templates and the code. What the deployed roles themselves may',
  'do stands in [iam.md](iam.md).',
  '',
  '| who | when | what |',
  '|---|---|---|',
  '| an administrator | once an account and region | `npx cdk bootstrap`, which makes the roles below |',
  '| the deployer | at every deployment | `sts:AssumeRole` on `arn:aws:iam::ACCOUNT:role/cdk-hnb659fds-deploy-role-ACCOUNT-REGION` and `arn:aws:iam::ACCOUNT:role/cdk-hnb659fds-file-publishing-role-ACCOUNT-REGION`, and nothing else |',
  '| CloudFormation, in `cdk-hnb659fds-cfn-exec-role-ACCOUNT-REGION` | at every deployment | `AdministratorAccess`, unless the bootstrap names other policies: those below suffice |',
  '| operators | day by day | [operator-policy.json](operator-policy.json), command by command below |',
  '| who drops files | day by day | `sts:AssumeRole` on `DropRoleArn`, of the outputs of the storage stack |',
  '',
  'The policies, with the characters of 6,144 that each has:',
];

const EXECUTION = [
  '',
  '## CloudFormation, by the type of a resource',
  '',
  "What AWS's own handlers of each type ask, without what they ask for properties that no template here has, and without",
  'names that IAM does not know. Nobody has deployed with them yet: where an action is missing, CloudFormation names it and',
  'takes the stack back. Who may make roles may make one that can do more than they: a permissions boundary',
  '(`@aws-cdk/core:permissionsBoundary` in the context of cdk.json, `--custom-permissions-boundary` of the bootstrap)',
  'ends that.',
  '',
  '| type | actions |',
  '|---|---|',
];

const COMMANDS = ['', '## Operators, by command', '', '| command | actions | resources |', '|---|---|---|'];
