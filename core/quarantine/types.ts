/** A table with open rows in quarantine. */
export interface Waiting {
  readonly dataset: string;
  readonly table: string;
  readonly rows: number;
}

/** A row in quarantine, as the row it was meant to be. */
export interface QuarantinedRow {
  readonly sourceFile: string;
  /** 1-based, among the records of its file. */
  readonly rowNumber: number;
  readonly loadId: number;
  /** Of the version of the file that it came in. */
  readonly contentHash: string;
  readonly status: 'open' | 'replayed';
  /** Every column that fails, with its reason. */
  readonly reasons: string;
  /** Null where nobody can tell which of it is protected. */
  readonly raw: string | null;
  /** In the order of the contract's header names; null where the row is no record at all. */
  readonly fields: readonly (string | null)[] | null;
  /** The places of fields that are lists and objects of JSON, whose text that is; the others are text. */
  readonly nested: ReadonlySet<number>;
}

/** A row of a replay file in the landing zone. */
export interface ReplayedRow {
  readonly file: string;
  readonly line: number;
  readonly fields: readonly (string | null)[];
}

/** Every header name that the table's columns read, in the contract's order. */
export function headerNames({
  columns,
}: {
  readonly columns: readonly { readonly source: { readonly kind: string; readonly name?: string } }[];
}): readonly string[] {
  return [...new Set(columns.flatMap(({ source }) => (source.name === undefined ? [] : [source.name])))];
}
