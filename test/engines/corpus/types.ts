/** A file as it landed, and what every engine must make of it. */
export interface Case {
  /** The file's name, and with it the case_name of its rows; `.gz` is added where `packed`. */
  readonly name: string;
  readonly content: string | Buffer;
  readonly packed?: true;
  /** The clean rows in the order of their numbers, without the columns that are null. */
  readonly clean: readonly Readonly<Record<string, unknown>>[];
  /** Row number, column (null: the whole record), reason, and the row as it is shown. */
  readonly quarantine?: readonly (readonly [row: number, column: string | null, reason: string, shown: string])[];
  /** It is refused whole, before any engine reads it, for this reason. */
  readonly refused?: string;
  /** Rows that repeat others of the file. */
  readonly duplicate?: number;
}

export const MALFORMED = 'a quote is left open or stands in the wrong place';
