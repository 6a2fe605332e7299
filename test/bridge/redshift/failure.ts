import pg from 'pg';

/** A statement that failed, in Redshift's words. */
export class StatementFailure extends Error {}

/** Of the checks that count a text's bytes, by which `rewrite.ts` makes PostgreSQL's varchar Redshift's. */
const LENGTH = /^varchar\((\d+)\)/;

export function reasonOf(error: unknown): string {
  if (error instanceof pg.DatabaseError) {
    const length = LENGTH.exec(error.constraint ?? '')?.[1];
    if (length !== undefined) return `ERROR: value too long for type character varying(${length})`;
    return `ERROR: ${error.message}${error.detail === undefined ? '' : `\n  Detail: ${error.detail}`}`;
  }
  return `ERROR: ${error instanceof Error ? error.message : String(error)}`;
}
