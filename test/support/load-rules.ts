/** What the load rules mean, in a few lines and without an engine: the judge of the property tests. */

export const MODES = ['merge', 'append', 'append without overlap', 'replace'] as const;
export type Mode = (typeof MODES)[number];

/** The texts of a record. */
export interface Row {
  readonly id: string;
  readonly day: string;
  readonly item: string;
  readonly amount: string;
  /** Of the column that the contract does not name, where the file has one. */
  readonly extra: string;
}

/** A file's columns: the contract's, in any order and maybe without `item`, and maybe one that it does not name. */
export interface Shape {
  readonly extra: keyof typeof EXTRAS | null;
  readonly hasItem: boolean;
  readonly isReversed: boolean;
}

/** Headers that the contract does not name, and the columns that they become. */
export const EXTRAS = { note: 'note', 'Unit Price': 'unit_price' } as const;

/** A file's newest version, as it was loaded. */
export interface Version {
  readonly name: string;
  readonly rows: readonly Row[];
  readonly shape: Shape;
  /** When it arrived, in milliseconds since 1970. */
  readonly at: number;
  /** The contract's maximum of `amount` when it was loaded. */
  readonly most: number;
  /** Whether the table has its extra column; otherwise the values are kept aside. */
  readonly isEvolved: boolean;
}

export function textOf(rows: readonly Row[], { extra, hasItem, isReversed }: Shape): string {
  const columns = ['id', 'day', ...(hasItem ? ['item'] : []), 'amount', ...(extra === null ? [] : ['extra'])];
  if (isReversed) columns.reverse();
  const header = columns.map((name) => (name === 'extra' ? extra : name)).join();
  const lines = rows.map((row) => columns.map((name) => row[name as keyof Row]).join());
  return `${[header, ...lines].join('\n')}\n`;
}

/** Most of a file's ids are no numbers, and more than an error or two. */
export function isRetyped(rows: readonly Row[]): boolean {
  const failing = rows.filter(({ id }) => id === 'x').length;
  return failing >= 10 && failing > rows.length / 2;
}

const sound = ({ most }: Version, { id, amount }: Row) => id !== 'x' && (amount === '' || Number(amount) <= most);
const identity = ({ shape }: Version, { id, day, item, amount }: Row) =>
  JSON.stringify([Number(id), day, (shape.hasItem && item) || null, amount ? Number(amount) : null]);

function shown(version: Version, row: Row): string {
  const { extra } = version.shape;
  const own = Object.keys(EXTRAS).map((name) => (version.isEvolved && extra === name && row.extra) || null);
  return JSON.stringify([...JSON.parse(identity(version, row)), ...own]);
}

/** The rows of the clean table, each as JSON of [id, day, item, amount, note, unit_price], sorted. */
export function standing(mode: Mode, versions: readonly Version[]): string[] {
  const arrived = [...versions].sort((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1));
  const files = arrived.map((version) =>
    version.rows
      .filter((row) => sound(version, row))
      .map((row) => ({ key: `${row.id} ${row.day}`, same: identity(version, row), text: shown(version, row) })),
  );
  if (mode === 'merge') return [...new Map(files.flat().map(({ key, text }) => [key, text])).values()].sort();
  if (mode === 'replace') return (files.at(-1) ?? []).map(({ text }) => text).sort();
  if (mode === 'append without overlap')
    return files
      .flat()
      .map(({ text }) => text)
      .sort();
  const most = new Map<string, string[]>();
  for (const file of files) {
    const counts = new Map<string, number>();
    for (const { same, text } of file) {
      const ordinal = counts.get(same) ?? 0;
      const first = most.get(same) ?? [];
      first[ordinal] ??= text;
      most.set(same, first);
      counts.set(same, ordinal + 1);
    }
  }
  return [...most.values()].flat().sort();
}

/** What is kept beside the table, each as JSON of [file, row number, column, value], sorted. */
export function aside(versions: readonly Version[]): string[] {
  return versions
    .flatMap((version) =>
      version.rows.flatMap((row, index) => {
        const { extra } = version.shape;
        if (extra === null || version.isEvolved || row.extra === '' || !sound(version, row)) return [];
        return [JSON.stringify([version.name, index + 1, EXTRAS[extra], row.extra])];
      }),
    )
    .sort();
}
