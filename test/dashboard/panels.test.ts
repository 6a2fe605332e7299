/** Every panel of every data set: a name that is not there would leave a chart empty without a word. */

import { describe, expect, it } from '@jest/globals';
import { loadProject } from '../../adapters/local/project.ts';
import { describedTables } from '../../core/tables.ts';
import { said, values } from './panels.ts';

const project = await loadProject();
const tables = describedTables(project);

describe.each(project.dashboards)('$dataset', ({ panels }) => {
  it.each(panels)('$title: names only what there is', ({ model, encoding, spec, findings = [], choice }) => {
    const columns = Object.keys(tables.get(model)?.columns ?? {});
    const known = new Set([...columns, ...values(spec, 'as')]);
    const expressions = ['calculate', 'filter', 'labelExpr', 'test'].flatMap((key) => values([encoding, spec], key));
    const fields = [
      ...values([encoding, spec], 'field'),
      ...values(spec, 'fold'),
      ...said(/\bdatum\.(\w+)/g, expressions),
    ];
    expect(fields.length).toBeGreaterThan(0);
    // A label's own value and text are the axis's.
    expect(fields.filter((name) => !known.has(name) && name !== 'value' && name !== 'label')).toEqual([]);
    const told = [
      ...said(/\{(\w+)\}/g, [...findings.map(({ text }) => text), choice?.label ?? '']),
      ...findings.flatMap(({ where = {}, most, least }) => [
        ...Object.keys(where),
        ...[most ?? [], least ?? []].flat(),
      ]),
      ...(choice === undefined ? [] : [choice.field]),
    ];
    expect(told.filter((name) => !columns.includes(name))).toEqual([]);
  });
});
