import type { Project } from '../../core/project.ts';
import type { Policy } from './deployer-policy.ts';
import { eventChart, eventEdges } from './events.ts';
import { iamTable } from './iam-table.ts';
import { limitsTable } from './limits.ts';
import { permissionsPage, policyFiles } from './permissions-page.ts';
import type { Templates } from './reading.ts';

/** The files of docs/deploy that are made of templates and of the code, by name. */
export function deployDocs(templates: Templates, project: Project): Readonly<Record<string, string>> {
  const sorted = Object.fromEntries(Object.entries(templates).sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    'iam.md': iamTable(sorted),
    'events.md': eventChart(eventEdges(sorted)),
    'limits.md': limitsTable(project),
    'permissions.md': permissionsPage(),
    ...Object.fromEntries(Object.entries(policyFiles()).map(([name, policy]) => [name, asText(policy)])),
  };
}

const asText = (policy: Policy) => `${JSON.stringify(policy, null, 2)}\n`;
