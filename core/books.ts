/** Landfall's own books, `ops.*`, as people query them: the same columns wherever they are kept. */

import type { ColumnType } from './contracts/types.ts';

type Columns = Readonly<Record<string, ColumnType>>;

/** What a result of a load or a check is of. */
const TABLE = { dataset: 'string', table_name: 'string' } as const;

/** By name: its columns in their order. */
export const BOOKS = {
  loads: {
    load_id: 'bigint',
    run_id: 'string',
    ...TABLE,
    source_file: 'string',
    content_hash: 'string',
    bytes: 'bigint',
    arrived_at: 'timestamp',
    rows_read: 'bigint',
    rows_loaded: 'bigint',
    rows_duplicate: 'bigint',
    rows_quarantined: 'bigint',
    status: 'string',
    error: 'string',
    started_at: 'timestamp',
    finished_at: 'timestamp',
  },
  quarantine: {
    ...TABLE,
    source_file: 'string',
    row_number: 'bigint',
    column_name: 'string',
    reason: 'string',
    raw_row: 'string',
    load_id: 'bigint',
    status: 'string',
  },
  drift: {
    run_id: 'string',
    load_id: 'bigint',
    ...TABLE,
    source_file: 'string',
    kind: 'string',
    column_name: 'string',
    detail: 'string',
    suggestion: 'string',
    policy: 'string',
    action: 'string',
    detected_at: 'timestamp',
  },
  drift_values: {
    ...TABLE,
    source_file: 'string',
    row_number: 'bigint',
    column_name: 'string',
    value: 'string',
    load_id: 'bigint',
  },
  runs: {
    run_id: 'string',
    status: 'string',
    started_at: 'timestamp',
    finished_at: 'timestamp',
    errors: 'string',
    details: 'string',
  },
  stray_files: {
    run_id: 'string',
    dataset: 'string',
    source_file: 'string',
    code: 'string',
    message: 'string',
    hint: 'string',
  },
  quality: {
    run_id: 'string',
    ...TABLE,
    column_name: 'string',
    rule: 'string',
    dimension: 'string',
    severity: 'string',
    expected: 'string',
    observed: 'double',
    status: 'string',
    checked_at: 'timestamp',
  },
} as const satisfies Readonly<Record<string, Columns>>;

export type Book = keyof typeof BOOKS;

/** A row of a book: times as `2026-01-31 10:00:00.000`; what is left out is null. */
export type BookRow<Name extends Book> = {
  readonly [Column in keyof (typeof BOOKS)[Name]]?: string | number | null;
};

/** `ops.<book>` of each: what people and models may read of them. */
export const OPS_TABLES: readonly string[] = Object.keys(BOOKS)
  .map((name) => `ops.${name}`)
  .sort();
