/** What the load rules mean, in a few lines and without an engine: the judge of the property tests. */

export const MODES = ['merge', 'append', 'append without overlap', 'replace'] as const;
export type Mode = (typeof MODES)[number];

/** The texts of a record. */
export interface Row {
  readonly id: string;
  readonly day: string;
  readonly item: string;
  readonly amount: string;
}

/** A file's newest version, as it was loaded. */
export interface Version {
  readonly name: string;
  readonly rows: readonly Row[];
  /** When it arrived, in milliseconds since 1970. */
  readonly at: number;
  /** The contract's maximum of `amount` when it was loaded. */
  readonly most: number;
}

const sound = ({ most }: Version, { id, amount }: Row) => id !== 'x' && (amount === '' || Number(amount) <= most);
const shown = ({ id, day, item, amount }: Row) =>
  JSON.stringify([Number(id), day, item || null, amount ? Number(amount) : null]);

/** The rows of the clean table, each as JSON of [id, day, item, amount], sorted. */
export function standing(mode: Mode, versions: readonly Version[]): string[] {
  const arrived = [...versions].sort((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1));
  const files = arrived.map((version) => version.rows.filter((row) => sound(version, row)));
  if (mode === 'merge') {
    return [...new Map(files.flat().map((row) => [`${row.id} ${row.day}`, shown(row)])).values()].sort();
  }
  if (mode === 'replace') return (files.at(-1) ?? []).map(shown).sort();
  if (mode === 'append without overlap') return files.flat().map(shown).sort();
  const most = new Map<string, number>();
  for (const file of files) {
    const counts = new Map<string, number>();
    for (const row of file.map(shown)) counts.set(row, (counts.get(row) ?? 0) + 1);
    for (const [row, count] of counts) most.set(row, Math.max(count, most.get(row) ?? 0));
  }
  return [...most].flatMap(([row, count]) => Array<string>(count).fill(row)).sort();
}
