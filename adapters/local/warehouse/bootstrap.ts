/** Who may connect to the local warehouse and what they may do: PostgreSQL's own words, baked into the template. */

import { BOOKS, READER, text } from '../../../core/warehouse/statements.ts';

/** Landfall itself: the superuser of a server that serves nobody else. */
export const OWNER = 'landfall';

/** Over loopback only, with passwords only, to the one database only. */
export const HBA = `host landfall ${OWNER},${READER} 127.0.0.1/32 scram-sha-256\n`;

/**
 * A reader may change its own session's settings, so each of these must hold without the read-only default: what would
 * let it write, or hold up others, is not granted.
 */
export const BOOTSTRAP: readonly string[] = [
  // Nobody makes another database, and these two are two thirds of what each new warehouse would copy.
  "UPDATE pg_database SET datistemplate = false WHERE datname IN ('template0', 'template1')",
  'DROP DATABASE template0',
  'DROP DATABASE template1',
  `CREATE ROLE ${READER} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION NOBYPASSRLS CONNECTION LIMIT 20`,
  'REVOKE ALL ON DATABASE landfall FROM PUBLIC',
  `GRANT CONNECT ON DATABASE landfall TO ${READER}`,
  'REVOKE ALL ON SCHEMA public FROM PUBLIC',
  'REVOKE ALL ON LANGUAGE plpgsql FROM PUBLIC',
  `CREATE SCHEMA ${BOOKS}`,
  // Large objects are written by functions, and Landfall's processes tell each other by advisory locks.
  `DO $$ DECLARE found record; BEGIN
    FOR found IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace
      AND (proname LIKE 'lo\\_%' OR proname IN ('lowrite', 'loread') OR proname LIKE '%advisory%')
    LOOP EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', found.name); END LOOP; END $$`,
];

/** Anyone may change their own password and defaults: a server that starts takes the reader's back. */
export function readerDefaults(password: string): string {
  return [
    `ALTER ROLE ${READER} PASSWORD ${text(password)}`,
    `ALTER ROLE ${READER} RESET ALL`,
    `ALTER ROLE ${READER} SET default_transaction_read_only = on`,
    `ALTER ROLE ${READER} SET statement_timeout = '5min'`,
    `ALTER ROLE ${READER} SET idle_in_transaction_session_timeout = '10min'`,
    `ALTER ROLE ${READER} SET temp_file_limit = '1GB'`,
  ].join('; ');
}
