import type { DriftPolicy } from '../drift/types.ts';
import type { ColumnContract, TableContract } from '../types.ts';

/** Why files that were taken before a change are refused whole after it, as `judgeHeader` will. */
export function refusals(before: TableContract, after: TableContract, policy: DriftPolicy): string[] {
  if (before.format !== after.format) return [];
  return [
    // JSON has its fields record by record, and may have others.
    ...(after.format === 'csv' ? headers(before, after, policy) : []),
    ...patterns(after)
      .filter((pattern) => !patterns(before).includes(pattern))
      .map((pattern) => `files whose name does not match ${pattern} are refused`),
  ];
}

function headers(before: TableContract, after: TableContract, policy: DriftPolicy): string[] {
  const [had, has] = [fieldsOf(before), fieldsOf(after)];
  const missing = [...has].filter(([name, required]) => required && had.get(name) !== true);
  const gone = policy === 'freeze' ? [...had.keys()].filter((name) => !has.has(name)) : [];
  return [
    ...missing.map(([name]) => `files without the header "${name}" are refused`),
    ...gone.map((name) => `files with the header "${name}" are refused`),
  ];
}

/** By the field of a file: whether some column requires it. */
function fieldsOf({ columns }: TableContract): ReadonlyMap<string, boolean> {
  const fields = new Map<string, boolean>();
  for (const { source, required } of columns) {
    if (source.kind === 'header') fields.set(source.name, (fields.get(source.name) ?? false) || required);
  }
  return fields;
}

function patterns({ columns }: TableContract): string[] {
  const patternOf = ({ source, required }: ColumnContract) =>
    source.kind === 'file' && required ? [source.pattern] : [];
  return columns.flatMap(patternOf);
}
