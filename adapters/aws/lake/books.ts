/**
 * The books as they are written: small objects under `books/`, each written whole and by one writer, so that no commit
 * can meet another. `ops.*` are views over them, which also work out what later objects say of earlier ones.
 */

import { BOOKS } from '../../../core/books.ts';
import type { ColumnType } from '../../../core/contracts/types.ts';
import type { Value } from '../../../core/tabular.ts';

type Columns = Readonly<Record<string, ColumnType>>;

export interface Written {
  readonly columns: Columns;
  readonly format: 'json' | 'parquet';
}

const { status: _status, ...QUARANTINE } = BOOKS.quarantine;

/** By the folder below `books/`, which is the name of the external table, too. */
export const WRITTEN = {
  /** `status` is loaded or refused. */
  loads: { columns: BOOKS.loads, format: 'json' },
  /** Loads whose file has a newer version. `hides`: what raw rows they left in quarantine is not to be shown any more. */
  superseded: { columns: { load_id: 'bigint', hides: 'boolean' }, format: 'json' },
  /** Loads whose version was looked at again since: what had drifted in it is told anew. */
  retold: { columns: { load_id: 'bigint' }, format: 'json' },
  /** Of each row of a replay file, what it stands for: the file, its row, and the version of it. */
  replays: {
    columns: {
      load_id: 'bigint',
      row_number: 'bigint',
      source_file: 'string',
      source_row: 'bigint',
      content_hash: 'string',
    },
    format: 'json',
  },
  /** Rows may be many. Their `status` follows from the loads. */
  quarantine: { columns: QUARANTINE, format: 'parquet' },
  drift: { columns: BOOKS.drift, format: 'json' },
  drift_values: { columns: BOOKS.drift_values, format: 'parquet' },
  runs: { columns: BOOKS.runs, format: 'json' },
  stray_files: { columns: BOOKS.stray_files, format: 'json' },
  quality: { columns: BOOKS.quality, format: 'json' },
} as const satisfies Readonly<Record<string, Written>>;

export type WrittenBook = keyof typeof WRITTEN;

/** Where a book's objects lie in the lake bucket. */
export function bookFolder(book: WrittenBook): string {
  return `books/${book}/`;
}

/** The key of an object of a book. @param parts folders and the object's name, without its ending */
export function bookKey(book: WrittenBook, ...parts: readonly string[]): string {
  return `${bookFolder(book)}${parts.join('/')}.${WRITTEN[book].format}`;
}

/** An object's text: a line of JSON a row. */
export function bookLines<Name extends WrittenBook>(
  _book: Name,
  rows: readonly { readonly [Column in keyof (typeof WRITTEN)[Name]['columns']]?: Value }[],
): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/** `2026-01-31 10:00:00.000`, of milliseconds since 1970. */
export function bookTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('T', ' ').replace('Z', '');
}
