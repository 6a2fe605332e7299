/** The tables and columns that a panel names: a wrong one would leave a chart empty without a word. */

import type { DescribedTable } from '../tables.ts';
import type { Path } from '../yaml/types.ts';
import type { Panel } from './types.ts';

export interface Named {
  /** Within the panel. */
  readonly path: Path;
  readonly name: string;
}

/** Columns of the model that the panel's words go by: findings and choice. */
export function columnsSaid({ findings = [], choice }: Panel): Named[] {
  const braces = (text: string, path: Path) =>
    [...text.matchAll(/\{(\w+)\}/g)].map(([, name]): Named => ({ path, name: name ?? '' }));
  return [
    ...findings.flatMap(({ text, where = {}, most, least }, index): Named[] => {
      const path = ['findings', index];
      return [
        ...braces(text, [...path, 'text']),
        ...Object.keys(where).map((name) => ({ path: [...path, 'where', name], name })),
        ...(most === undefined ? [] : [{ path: [...path, 'most'], name: most }]),
        ...(least === undefined ? [] : [{ path: [...path, 'least'], name: least }]),
      ];
    }),
    ...(choice === undefined
      ? []
      : [{ path: ['choice', 'field'], name: choice.field }, ...braces(choice.label ?? '', ['choice', 'label'])]),
  ];
}

/** Fields of the chart: columns of the model, or what a transform of `spec` makes. */
export function fieldsShown({ encoding, spec }: Panel): Named[] {
  return [
    ...texts(encoding, 'field', ['encoding']),
    ...texts(spec, 'field', ['spec']),
    ...texts(spec, 'fold', ['spec']),
    ...['calculate', 'filter'].flatMap((key) =>
      texts(spec, key, ['spec']).flatMap(({ path, name }) =>
        [...name.matchAll(/\bdatum\.(\w+)/g)].map(([, field]) => ({ path, name: field ?? '' })),
      ),
    ),
  ];
}

/** Every name of the panel that is not there. Vega-Lite's own names of made fields start with what they are made by. */
export function unknownNames(panel: Panel, table: DescribedTable): Named[] {
  const columns = new Set(Object.keys(table.columns));
  const made = new Set(texts(panel.spec, 'as', []).map(({ name }) => name));
  return [
    ...columnsSaid(panel).filter(({ name }) => !columns.has(name)),
    ...fieldsShown(panel).filter(({ name }) => !columns.has(name) && !made.has(name)),
  ];
}

/** Every text under a key, anywhere below; of a list, item by item. */
function texts(node: unknown, key: string, path: Path): Named[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([step, value]): Named[] => {
    const at = [...path, Array.isArray(node) ? Number(step) : step];
    const own =
      step === key
        ? [value].flat().flatMap((one): Named[] => (typeof one === 'string' ? [{ path: at, name: one }] : []))
        : [];
    return [...own, ...texts(value, key, at)];
  });
}
