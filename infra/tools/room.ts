/** How many resources each stack has, by type, and how many more data sets fit. */

import type { Templates } from './reading.ts';

/** CloudFormation takes no more in a stack. */
export const MOST_RESOURCES = 500;

export function resourceTable(templates: Templates): string {
  const parts = Object.entries(templates).map(([stack, { Resources }]) => {
    const types = Object.values(Resources).map(({ Type }) => Type);
    const counts = [...new Set(types)]
      .sort()
      .map((type) => [type, types.filter((one) => one === type).length] as const);
    const rows = counts.map(([type, count]) => `  ${String(count).padStart(4)} ${type}`);
    return [`${stack}: ${types.length} of at most ${MOST_RESOURCES}`, ...rows].join('\n');
  });
  return parts.join('\n');
}

/**
 * @param withOut the templates with one data set fewer
 * @returns by stack, how many more data sets like the one that is left out fit
 */
export function roomFor(templates: Templates, withOut: Templates): Readonly<Record<string, number>> {
  const rooms = Object.entries(templates).map(([stack, { Resources }]) => {
    const count = Object.keys(Resources).length;
    const each = count - Object.keys(withOut[stack]?.Resources ?? {}).length;
    return [stack, each === 0 ? Number.POSITIVE_INFINITY : Math.floor((MOST_RESOURCES - count) / each)] as const;
  });
  return Object.fromEntries(rooms);
}
