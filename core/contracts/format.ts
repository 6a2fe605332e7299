import type { TableSettings } from './document.ts';
import type { FoundSettings } from './settings.ts';
import type { FileFormat } from './types.ts';

/** The format of a table's files; undefined where it is given and can't be read. */
export function formatOf({ values, paths, isPartial }: FoundSettings<TableSettings>): FileFormat | undefined {
  if (values.format !== undefined) return values.format;
  return isPartial || paths.format !== undefined ? undefined : 'csv';
}

/** The names on the way to a field of a JSON object. */
export function pathOf(source: string): readonly string[] {
  return source.split('.');
}

/**
 * A JSON object that has a field by each of these sources, as its text in pieces: a number stands for the value of the
 * source in that place. No source leads into another.
 */
export function objectTemplate(sources: readonly string[]): readonly (string | number)[] {
  const joined: (string | number)[] = [];
  for (const piece of template(sources.map((source, index) => ({ names: pathOf(source), index })))) {
    const last = joined.at(-1);
    if (typeof piece === 'string' && typeof last === 'string') joined[joined.length - 1] = last + piece;
    else joined.push(piece);
  }
  return joined;
}

interface Leaf {
  readonly names: readonly string[];
  readonly index: number;
}

function template(leaves: readonly Leaf[]): (string | number)[] {
  const [only] = leaves;
  if (only !== undefined && only.names.length === 0) return [only.index];
  const members = new Map<string, Leaf[]>();
  for (const { names, index } of leaves) {
    const [first = '', ...rest] = names;
    members.set(first, [...(members.get(first) ?? []), { names: rest, index }]);
  }
  const pieces = [...members].flatMap(([name, own], place) => [
    `${place === 0 ? '' : ','}${JSON.stringify(name)}:`,
    ...template(own),
  ]);
  return ['{', ...pieces, '}'];
}
