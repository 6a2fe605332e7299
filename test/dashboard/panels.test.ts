/** Every panel of every data set shows fields that are there; `contract check` says the same of others' dashboards. */

import { describe, expect, it } from '@jest/globals';
import { loadProject } from '../../adapters/local/project.ts';
import { fieldsShown, unknownNames } from '../../core/models/panel-names.ts';
import { parseDashboard } from '../../core/models/parse-dashboard.ts';
import { formatProblem } from '../../core/problems.ts';
import { describedTables } from '../../core/tables.ts';

const project = await loadProject();
const tables = describedTables(project);

describe.each(project.dashboards)('$dataset', ({ panels }) => {
  it.each(panels)('$title: names only what there is', (panel) => {
    const table = tables.get(panel.model);
    expect(table).toBeDefined();
    expect(fieldsShown(panel).length).toBeGreaterThan(0);
    if (table !== undefined) expect(unknownNames(panel, table)).toEqual([]);
  });
});

describe('a dashboard that names what is not there', () => {
  const [known = ''] = tables.keys();
  const columns = Object.keys(tables.get(known)?.columns ?? {});
  const [column = ''] = columns;
  const yaml = `title: T
panels:
  - title: P
    model: ${known}
    mark: bar
    encoding: {x: {field: ${column}}, y: {field: made}}
    spec: {transform: [{calculate: "datum.${column} * 2", as: made}]}
    note: N
    findings: [{most: ${column}, where: {${column}: 1}, text: "{${column}}"}]
    choice: {field: ${column}, title: C, label: "{${column}}"}
`;

  it.each([
    ['nothing', '', '', []],
    ['a table', `model: ${known}`, `model: ${known}s`, [`4:12: unknown table "${known}s", did you mean "${known}"?`]],
    ['a field', `x: {field: ${column}}`, 'x: {field: nought}', ['6:27: ', 'has no column "nought"']],
    ['a field of an expression', `datum.${column}`, 'datum.nought', ['has no column "nought"']],
    ['a made field', 'as: made', 'as: mead', ['has no column "made"']],
    ['most', `most: ${column}`, 'most: nought', ['9:23: ', 'has no column "nought"']],
    ['where', `where: {${column}: 1}`, 'where: {nought: 1}', ['has no column "nought"']],
    ['a finding', `text: "{${column}}"`, 'text: "{nought}"', ['has no column "nought"']],
    ['a choice', `choice: {field: ${column}`, 'choice: {field: nought', ['has no column "nought"']],
    ['a label', `label: "{${column}}"`, 'label: "{nought}"', ['has no column "nought"']],
  ])('%s', (_, from, to, messages) => {
    expect(yaml).toContain(from);
    const { problems, check } = parseDashboard(yaml.replace(from, to), 'dashboard.yml', 'any');
    expect(problems).toEqual([]);
    const found = check(tables).map(formatProblem).join('\n');
    for (const message of messages) expect(found).toContain(message);
    if (messages.length === 0) expect(found).toBe('');
  });
});
