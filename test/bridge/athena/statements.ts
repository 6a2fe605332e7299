/**
 * Athena's statements: what Trino runs as it is written, what is rewritten for it, and what Athena would refuse although
 * Trino takes it.
 */

import { TokenReader, tokenize, UnexpectedToken } from '../sql/tokens.ts';
import { alterTable } from './alter.ts';
import { createTableAs } from './create-as.ts';
import { createDatabase, dropDatabase, dropTable, dropView } from './databases.ts';
import type { Engine } from './engine.ts';
import { createExternalTable } from './external-table.ts';
import { createIcebergTable } from './iceberg-table.ts';
import { optimize, repair, vacuum } from './maintenance.ts';
import { checkViewTypes } from './probe.ts';
import { type ResultSet, resultOf } from './results.ts';
import { describe, show } from './show.ts';
import { unload } from './unload.ts';

export interface Translated {
  readonly type: 'DDL' | 'DML' | 'UTILITY';
  readonly substatement: string;
  run(engine: Engine): Promise<ResultSet>;
}

/** What Athena answers at once, without a query. */
export class Refused extends Error {}

const LONGEST = 262_144;
const LONGEST_NAME = 255;

/** @throws Refused where Athena takes no such statement */
export function translate(text: string): Translated {
  if (Buffer.byteLength(text) > LONGEST) {
    throw new Refused(
      `1 validation error detected: Value at 'queryString' failed to satisfy constraint: Member must have length less than or equal to ${LONGEST}`,
    );
  }
  const sql = withoutSemicolon(text);
  try {
    return read(new TokenReader(sql), sql);
  } catch (error) {
    if (error instanceof UnexpectedToken) throw new Refused(error.message);
    throw error;
  }
}

function withoutSemicolon(sql: string): string {
  const tokens = tokenize(sql);
  const isSemicolon = ({ kind, value }: (typeof tokens)[number]) => kind === 'sign' && value === ';';
  const first = tokens.findIndex(isSemicolon);
  if (first === -1) return sql;
  if (!tokens.slice(first).every(isSemicolon)) throw new Refused(`Only one sql statement is allowed. Got: ${sql}`);
  return sql.slice(0, tokens[first]?.start);
}

function read(reader: TokenReader, sql: string): Translated {
  checkNames(sql);
  const passed = (type: Translated['type'], substatement: string): Translated => ({
    type,
    substatement,
    run: async (engine) => resultOf(await engine.trino(sql, { bind: true })),
  });
  const first = reader.next?.value;
  switch (first) {
    case 'select':
    case 'with':
    case 'values':
    case '(':
      return passed('DML', 'SELECT');
    case 'insert':
    case 'merge':
    case 'update':
    case 'delete':
      return passed('DML', first.toUpperCase());
    case 'explain':
      return passed('UTILITY', 'EXPLAIN');
    default:
      return readOwn(reader, sql);
  }
}

function readOwn(reader: TokenReader, sql: string): Translated {
  if (reader.accept('create', 'or', 'replace', 'view') || reader.accept('create', 'view')) {
    return { type: 'DDL', substatement: 'CREATE_VIEW', run: (engine) => createView(reader, sql, engine) };
  }
  const ddl = (substatement: string, run: Translated['run']): Translated => ({ type: 'DDL', substatement, run });
  if (reader.accept('create', 'external', 'table')) return ddl('CREATE_TABLE', createExternalTable(reader));
  if (reader.accept('create', 'table')) {
    const isQuery = tokenize(sql).some(
      ({ kind, value }) => kind === 'word' && (value === 'select' || value === 'values'),
    );
    if (isQuery) return ddl('CREATE_TABLE_AS_SELECT', createTableAs(reader));
    return ddl('CREATE_TABLE', createIcebergTable(reader));
  }
  for (const word of ['database', 'schema']) {
    if (reader.accept('create', word)) return ddl('CREATE_DATABASE', createDatabase(reader));
    if (reader.accept('drop', word)) return ddl('DROP_DATABASE', dropDatabase(reader));
  }
  if (reader.accept('drop', 'table')) return ddl('DROP_TABLE', dropTable(reader));
  if (reader.accept('drop', 'view')) return ddl('DROP_VIEW', dropView(reader));
  if (reader.accept('alter', 'table')) return ddl('ALTER_TABLE', alterTable(reader));
  if (reader.accept('msck', 'repair', 'table')) return ddl('MSCK_REPAIR', repair(reader));
  if (reader.accept('optimize')) return { type: 'DML', substatement: 'OPTIMIZE', run: optimize(reader) };
  if (reader.accept('vacuum')) return { type: 'DML', substatement: 'VACUUM', run: vacuum(reader) };
  if (reader.accept('unload')) return { type: 'DML', substatement: 'UNLOAD', run: unload(reader) };
  if (reader.accept('show')) return { type: 'UTILITY', substatement: 'SHOW', run: show(reader, sql) };
  if (reader.accept('describe') || reader.accept('desc')) {
    return { type: 'UTILITY', substatement: 'DESCRIBE_TABLE', run: describe(reader) };
  }
  throw new Refused('Queries of this type are not supported');
}

async function createView(reader: TokenReader, sql: string, engine: Engine): Promise<ResultSet> {
  reader.path();
  if (reader.accept('(')) reader.fail("'AS'");
  if (reader.accept('as')) await checkViewTypes(reader.rest(), engine);
  return resultOf(await engine.trino(sql));
}

/** Athena knows the catalog by one name alone, and Glue no name that is longer. */
function checkNames(sql: string): void {
  const tokens = tokenize(sql);
  for (const [index, { kind, value }] of tokens.entries()) {
    if (kind !== 'word' && kind !== 'name') continue;
    if (value.length > LONGEST_NAME) throw new Refused(`Name is longer than ${LONGEST_NAME} characters: ${value}`);
    const follows = (at: number) => tokens[index + at]?.kind === 'sign' && tokens[index + at]?.value === '.';
    if (value === 'iceberg' && follows(1) && follows(3)) {
      throw new Refused(`CATALOG_NOT_FOUND: Catalog '${value}' not found`);
    }
  }
}
