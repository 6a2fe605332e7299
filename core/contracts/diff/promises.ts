/** What a change of quality rules or service levels means: no row is another, and the next run asks anew. */

import type { Contract, TableContract } from '../types.ts';
import { differ, type Judged } from './judged.ts';

/** Undefined where rules only stand elsewhere in the file. */
export function qualityChange({ quality: was = [] }: TableContract, { quality: now = [] }: TableContract) {
  const says = compared(was, now, ({ column, name }) => (column === null ? name : `${column}: ${name}`));
  const loaded = 'the next run asks the rules again; where one of severity error fails, no model is made';
  return judged('quality-changed', 'quality', says, loaded);
}

export function serviceLevelChange({ serviceLevels: was = [] }: Contract, { serviceLevels: now = [] }: Contract) {
  const says = compared(was, now, ({ property, element }) =>
    element === undefined ? property : `${property} of ${element}`,
  );
  return judged('service-levels-changed', 'slaProperties', says, 'data that is late by them is told');
}

function judged(code: string, what: string, says: readonly string[], loaded: string): Judged | undefined {
  return says.length === 0 ? undefined : { code, says: `${what}: ${says.join('; ')}`, loaded };
}

/** What was added, removed and changed, by name. */
function compared<Item extends { readonly line: number }>(
  was: readonly Item[],
  now: readonly Item[],
  nameOf: (item: Item) => string,
): string[] {
  const [before, after] = [was, now].map(
    (items) => new Map(items.map(({ line: _line, ...item }, index) => [nameOf(items[index] as Item), item])),
  ) as [Map<string, unknown>, Map<string, unknown>];
  const told = {
    added: [...after.keys()].filter((name) => !before.has(name)),
    removed: [...before.keys()].filter((name) => !after.has(name)),
    changed: [...after.keys()].filter((name) => before.has(name) && differ(before.get(name), after.get(name))),
  };
  return Object.entries(told).flatMap(([what, names]) => (names.length === 0 ? [] : [`${names.join(', ')} ${what}`]));
}
