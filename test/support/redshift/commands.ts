/** Commands that Redshift has not, or has with another meaning. */

import { FUNCTIONS, type Lack, TYPES, UNSUPPORTED } from './statement.ts';

export const COMMANDS: readonly Lack[] = [
  {
    name: 'COPY from the client: there it reads from S3',
    page: 'r_COPY.html',
    lacks: /^COPY\b.* (FROM STDIN|TO STDOUT|(FROM|TO) PROGRAM)\b/i,
    caught: ['COPY "s"."t" ("a") FROM STDIN WITH (FORMAT csv)', 'COPY t TO STDOUT'],
  },
  {
    name: 'TRUNCATE inside a transaction: there it commits',
    page: 'r_TRUNCATE.html',
    lacks: /^TRUNCATE\b/i,
    caught: ['TRUNCATE "s"."t"'],
  },
  {
    name: "VACUUM with PostgreSQL's options",
    page: 'r_VACUUM_command.html',
    lacks: /^VACUUM (\(|ANALYZE|VERBOSE|FREEZE)/i,
    caught: ['VACUUM (ANALYZE) t', 'VACUUM FREEZE t'],
  },
  {
    name: 'indexes',
    page: UNSUPPORTED,
    lacks: /^(CREATE (UNIQUE )?INDEX|DROP INDEX|REINDEX|CLUSTER)\b/i,
    caught: ['CREATE UNIQUE INDEX i ON t (a)', 'CREATE INDEX i ON s.t (a) WHERE b', 'DROP INDEX s.i'],
  },
  {
    name: 'sequences',
    page: UNSUPPORTED,
    lacks: /\bSEQUENCES?\b|\b(nextval|currval|setval|lastval) ?\(/i,
    caught: [
      'CREATE SEQUENCE q',
      "INSERT INTO t VALUES (nextval('q'))",
      'GRANT USAGE ON ALL SEQUENCES IN SCHEMA s TO u',
    ],
  },
  {
    name: 'types, domains and extensions of their own',
    page: TYPES,
    lacks: /^CREATE (TYPE|DOMAIN|EXTENSION|COLLATION|CAST|OPERATOR|AGGREGATE)\b/i,
    caught: ["CREATE TYPE mood AS ENUM ('sad')", 'CREATE DOMAIN d AS integer', 'CREATE EXTENSION hstore'],
  },
  {
    name: 'triggers and rules',
    page: UNSUPPORTED,
    lacks: /^CREATE (OR REPLACE )?(TRIGGER|RULE|EVENT TRIGGER)\b/i,
    caught: ['CREATE TRIGGER x AFTER INSERT ON t EXECUTE FUNCTION f()', 'CREATE RULE r AS ON INSERT TO t DO NOTHING'],
  },
  {
    name: 'DO blocks',
    page: 'c_SQL_commands.html',
    lacks: /^DO\b/i,
    caught: ['DO $$ BEGIN END $$'],
  },
  {
    name: 'savepoints, notifications and two-phase commits',
    page: FUNCTIONS,
    lacks: /^(SAVEPOINT|RELEASE|ROLLBACK TO|LISTEN|NOTIFY|UNLISTEN|PREPARE TRANSACTION)\b/i,
    caught: ['SAVEPOINT a', 'ROLLBACK TO a', 'LISTEN loads'],
  },
  {
    name: "the server's settings",
    page: 'c_SQL_commands.html',
    lacks: /^ALTER SYSTEM\b|^CHECKPOINT\b/i,
    caught: ['ALTER SYSTEM SET wal_recycle = off', 'CHECKPOINT'],
  },
  {
    name: 'roles that log in: there a user does, and a role is a group of rights',
    page: 'r_CREATE_ROLE.html',
    lacks: /^CREATE ROLE\b.*\b(LOGIN|(NO)?SUPERUSER|(NO)?INHERIT|PASSWORD)\b|^ALTER ROLE\b/i,
    caught: ['CREATE ROLE r LOGIN NOSUPERUSER', "ALTER ROLE r SET statement_timeout = '5min'"],
  },
  {
    name: 'rights of other names',
    page: 'r_GRANT.html',
    lacks:
      /^(GRANT|REVOKE)\b.*\b(CONNECT|TRIGGER|MAINTAIN|SET|ALTER SYSTEM|TRUNCATE)\b.* ON\b|^(GRANT|REVOKE)\b.* GRANTED BY\b/i,
    caught: ['GRANT CONNECT ON DATABASE d TO r', 'GRANT TRUNCATE ON t TO r', 'GRANT SELECT ON t TO r GRANTED BY o'],
  },
  {
    name: 'comments on other things than tables, columns, constraints, views and databases',
    page: 'r_COMMENT.html',
    lacks: /^COMMENT ON (?!(TABLE|COLUMN|CONSTRAINT|DATABASE|VIEW)\b)/i,
    caught: ["COMMENT ON SCHEMA s IS 'x'", "COMMENT ON ROLE r IS 'x'"],
  },
  {
    name: 'cursors that scroll or outlive the transaction, and FETCH without a direction',
    page: 'declare.html',
    lacks:
      /^DECLARE \S+ .*\b(SCROLL|INSENSITIVE|WITH(OUT)? HOLD)\b|^FETCH (\d+|FIRST|LAST|PRIOR|BACKWARD|ABSOLUTE|RELATIVE)\b/i,
    caught: ['DECLARE c NO SCROLL CURSOR FOR SELECT 1', 'FETCH 100 FROM c'],
  },
  {
    name: 'locks of rows and modes of locks',
    page: 'r_LOCK.html',
    lacks: /\bFOR (NO KEY )?(UPDATE|SHARE|KEY SHARE)\b|\bSKIP LOCKED\b|^LOCK\b.* IN .*MODE\b/i,
    caught: ['SELECT a FROM t FOR UPDATE SKIP LOCKED', 'LOCK TABLE t IN SHARE MODE'],
  },
];
