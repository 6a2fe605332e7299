/** Who may do what, role by role, with the reason of every star. */

import { asFound, REASONS } from '../constructs/acknowledge.ts';
import { nameOf, type RoleStatement, roleStatements, shown, type Templates } from './reading.ts';

export function iamTable(templates: Templates): string {
  const all = roleStatements(templates);
  const titles = [...new Set(all.map(titleOf))].sort();
  const parts = titles.map((title) =>
    roleTable(
      templates,
      title,
      all.filter((one) => titleOf(one) === title),
    ),
  );
  return `${HEAD}\n${parts.join('\n')}`;
}

const titleOf = ({ role }: RoleStatement) => `${role.stack}: ${nameOf(role)}`;

const HEAD = [
  '# What each role may do',
  '',
  'Made of the templates of `prod` by `npm run deploy:docs`; a test holds it against them. `<Name>` is the ARN that',
  'CloudFormation fills in. No action has a star. A resource that ends in one has its reason beside it, which stands in',
  'the template, too, as `landfall:reasons` of the role.',
  '',
].join('\n');

function roleTable(templates: Templates, name: string, own: readonly RoleStatement[]): string {
  const description = String(own[0]?.role.Properties?.['Description'] ?? '');
  const rows = own.map(({ role, statement }) => {
    const { Effect, Action, Resource, Condition } = statement;
    const actions = [Action]
      .flat()
      .map((action) => `\`${action}\``)
      .join('<br>');
    const resources = [Resource]
      .flat()
      .map((one) => `\`${shown(templates, role.stack, one)}\``)
      .join('<br>');
    const known = role.Metadata?.[REASONS] as Readonly<Record<string, readonly string[]>> | undefined;
    const reasons = [Resource].flat().flatMap((one) => (Effect === 'Deny' ? [] : (known?.[asFound(one)] ?? [])));
    const only = Condition === undefined ? '' : `only where \`${JSON.stringify(Condition)}\``;
    const notes = [Effect === 'Deny' ? 'denied' : '', ...new Set(reasons), only].filter((note) => note !== '');
    return `| ${actions} | ${resources} | ${notes.join('<br>')} |`;
  });
  return [
    `## ${name}`,
    '',
    description,
    '',
    '| actions | resources | why, and when |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
