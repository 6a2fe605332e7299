import type { Project } from '../../core/project.ts';
import { eventChart, eventEdges } from './events.ts';
import { iamTable } from './iam-table.ts';
import { limitsTable } from './limits.ts';
import type { Templates } from './reading.ts';

/** The files of docs/deploy that are made of templates, by name. */
export function deployDocs(templates: Templates, project: Project): Readonly<Record<string, string>> {
  const sorted = Object.fromEntries(Object.entries(templates).sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    'iam.md': iamTable(sorted),
    'events.md': eventChart(eventEdges(sorted)),
    'limits.md': limitsTable(project),
  };
}
