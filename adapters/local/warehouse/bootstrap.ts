/** Who may connect to the local warehouse and what they may do: PostgreSQL's own words, baked into the template. */

import { BOOKS, READER } from '../../../core/warehouse/statements.ts';

/** Landfall itself: the superuser of a server that serves nobody else. */
export const OWNER = 'landfall';

/** Over loopback only, with passwords only, to the one database only. */
export const HBA = `host landfall ${OWNER},${READER} 127.0.0.1/32 scram-sha-256\n`;

/**
 * A reader may change its own session's settings, so each of these must hold without the read-only default: what would
 * let it write, or hold up others, is not granted.
 */
export const BOOTSTRAP: readonly string[] = [
  `CREATE ROLE ${READER} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION NOBYPASSRLS CONNECTION LIMIT 20`,
  `ALTER ROLE ${READER} SET default_transaction_read_only = on`,
  `ALTER ROLE ${READER} SET statement_timeout = '5min'`,
  `ALTER ROLE ${READER} SET idle_in_transaction_session_timeout = '10min'`,
  `ALTER ROLE ${READER} SET temp_file_limit = '1GB'`,
  'REVOKE ALL ON DATABASE landfall FROM PUBLIC',
  'REVOKE ALL ON DATABASE template1 FROM PUBLIC',
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
