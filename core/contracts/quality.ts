/** The quality rules of a contract without mistakes, as the rest of Landfall reads them. */

import { type Measure, OPERATORS, type QualityRule } from '../quality/types.ts';
import type { Path } from '../yaml/types.ts';
import type { QualityRuleDocument, TableDocument } from './document.ts';
import type { ContractFile } from './settings.ts';

type Document = QualityRuleDocument;

/** As the standard's tools know them. */
export const OBJECT_WORDS: readonly string[] = ['object', 'table', 'model'];
export const PROPERTY_WORDS: readonly string[] = ['property', 'column', 'field'];

/** A word in braces, `$` before them or not, with the quotes that someone wrote around them: both names come quoted. */
const PLACEHOLDER = /(["'`]?)\$?\{([A-Za-z]+)\}\1/g;

/** The words in braces of a query. */
export function placeholdersOf(query: string): readonly string[] {
  return [...query.matchAll(PLACEHOLDER)].map(([, , word = '']) => word);
}

export function ruleName({ id, name, type, metric }: Pick<Document, 'id' | 'name' | 'type' | 'metric'>): string {
  return name ?? id ?? metric ?? type ?? 'library';
}

/** The table's rules, then those of its columns; a rule of type text is only for people. */
export function readQuality(yaml: ContractFile, dataset: string, table: TableDocument, path: Path): QualityRule[] {
  const schema = dataset.replaceAll('-', '_');
  const read = (rules: readonly Document[] | undefined, column: string | null, owner: Path) =>
    (rules ?? []).flatMap((rule, index): QualityRule[] => {
      if (rule.type === 'text') return [];
      const operator = OPERATORS.find((name) => rule[name] !== undefined) ?? 'mustBe';
      const measure = measureOf(rule, { table: `"${schema}"."${table.name}"`, column: column ?? '' });
      return [
        {
          name: ruleName(rule),
          column,
          measure,
          expectation: { operator, bounds: [rule[operator] ?? []].flat(), unit: rule.unit ?? 'rows' },
          dimension: rule.dimension ?? null,
          severity: rule.severity ?? 'error',
          line: yaml.position([...owner, 'quality', index]).line,
        },
      ];
    });
  return [
    ...read(table.quality, null, path),
    ...table.properties.flatMap((column, index) => read(column.quality, column.name, [...path, 'properties', index])),
  ];
}

function measureOf(rule: Document, { table, column }: { table: string; column: string }): Measure {
  const { missingValues, validValues, pattern, properties } = rule.arguments ?? {};
  const given = (values: typeof missingValues) => (values ?? []).filter((value) => value !== null);
  if (rule.metric === undefined) return { kind: 'sql', query: filled(rule.query ?? '', table, column) };
  switch (rule.metric) {
    case 'rowCount':
      return { kind: 'rowCount' };
    case 'nullValues':
      return { kind: 'nullValues', column };
    case 'missingValues':
      return { kind: 'missingValues', column, values: given(missingValues) };
    case 'invalidValues':
      return {
        kind: 'invalidValues',
        column,
        ...(validValues === undefined ? {} : { validValues: given(validValues) }),
        ...(pattern === undefined ? {} : { pattern }),
      };
    case 'duplicateValues':
      return { kind: 'duplicateValues', columns: properties ?? [column] };
  }
}

function filled(query: string, table: string, column: string): string {
  const plain = query.trim().replace(/;$/, '');
  return plain.replaceAll(PLACEHOLDER, (found, _quote, word: string) => {
    if (OBJECT_WORDS.includes(word)) return table;
    return PROPERTY_WORDS.includes(word) ? `"${column}"` : found;
  });
}
