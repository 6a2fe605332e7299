/**
 * What PostgreSQL has and Redshift has not, or has with another meaning: Redshift can't be had here, so the text of a
 * statement is held against this list. Each entry names its page of Redshift's documentation and what it must catch.
 */

import { COMMANDS } from './redshift/commands.ts';
import { QUERIES } from './redshift/queries.ts';
import { statementOf } from './redshift/statement.ts';
import { TABLES } from './redshift/tables.ts';

export const LACKING = [...COMMANDS, ...TABLES, ...QUERIES];

/** The names of what the statement asks for and Redshift lacks. */
export function lackingIn(sql: string): readonly string[] {
  const statement = statementOf(sql);
  return LACKING.filter(({ lacks }) => (lacks instanceof RegExp ? lacks.test(statement.bare) : lacks(statement))).map(
    ({ name }) => name,
  );
}
