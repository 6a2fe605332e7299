/** The one DuckDB database of a state folder: how it is opened, waited for, and asked. */

import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBResultReader,
  type DuckDBValue,
  type Json,
} from '@duckdb/node-api';
import { WORDS } from '../../core/plans/dialect.ts';
import { LandfallError, type Problem } from '../../core/problems.ts';
import { makeFile } from './new-file.ts';

export interface OpenOptions {
  /** Null opens an empty database in memory. */
  readonly file: string | null;
  readonly readOnly: boolean;
  /** Where DuckDB spills what does not fit in memory. */
  readonly spill: string | null;
  /** Told once when another process holds the database. */
  readonly onWait?: (holder: string) => void;
  /** @default LANDFALL_THREADS, or the processors that there are */
  readonly threads?: number;
  /** Such as `4GB`. @default LANDFALL_MEMORY_LIMIT, or 1000MB */
  readonly memory?: string;
  /** Milliseconds to wait for another process. */
  readonly patience?: number;
}

/** Enough for 13 million rows; with 75 million, which spill, all processes together stay below 1.3 GiB. */
const MEMORY_LIMIT = '1000MB';
const PATIENCE = 10 * 60 * 1000;

export class Database {
  private readonly instance: DuckDBInstance;
  readonly connection: DuckDBConnection;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.instance = instance;
    this.connection = connection;
  }

  /**
   * @throws LandfallError `lake-busy` where another process holds the database for longer than the patience,
   * `lake-unreadable` where the file is no database.
   */
  static async open(options: OpenOptions): Promise<Database> {
    const settings: Record<string, string> = {
      threads: String(options.threads ?? process.env['LANDFALL_THREADS'] ?? availableParallelism()),
      memory_limit: options.memory ?? process.env['LANDFALL_MEMORY_LIMIT'] ?? MEMORY_LIMIT,
      allow_unsigned_extensions: 'false',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    };
    if (options.readOnly && options.file !== null) settings['access_mode'] = 'READ_ONLY';
    if (options.spill !== null) {
      mkdirSync(options.spill, { recursive: true });
      settings['temp_directory'] = options.spill;
    }
    const { file, spill, readOnly } = options;
    const instance = await waitFor(options, async () => {
      if (file !== null && spill !== null && !readOnly) await makeFile(file, spill);
      return DuckDBInstance.create(file ?? ':memory:', settings);
    });
    const connection = await instance.connect();
    await connection.run('SET integer_division = true');
    await connection.run("SET TimeZone = 'UTC'").catch(() => undefined);
    return new Database(instance, connection);
  }

  /**
   * Brings in another database, to be read only, under a name of its own.
   * @throws LandfallError as opening it does
   */
  async attach(name: string, { file, onWait }: { file: string; onWait: (holder: string) => void }): Promise<void> {
    const { identifier, literal } = WORDS;
    const sql = `ATTACH ${literal.duckdb(file)} AS ${identifier.duckdb(name)} (READ_ONLY)`;
    await waitFor({ file, onWait }, () => this.connection.run(sql));
  }

  /** Another connection to the same database, for what goes on beside its owner's statements; closed with it. */
  async beside(): Promise<Database> {
    return new Database(this.instance, await this.instance.connect());
  }

  async run(sql: string, values?: readonly DuckDBValue[]): Promise<void> {
    try {
      await (values === undefined ? this.connection.run(sql) : this.connection.run(sql, [...values]));
    } catch (error) {
      throw engineError(error);
    }
  }

  /** Rows with the types of their columns. */
  async answer(sql: string, values?: readonly DuckDBValue[]): Promise<DuckDBResultReader> {
    try {
      return await this.connection.runAndReadAll(sql, values === undefined ? undefined : [...values]);
    } catch (error) {
      throw engineError(error);
    }
  }

  /** Rows as objects; integers beyond 32 bits come as text. */
  async rows<Row>(sql: string, values?: readonly DuckDBValue[]): Promise<Row[]> {
    const reader = await this.answer(sql, values);
    return reader.getRowObjectsJson() as Record<string, Json>[] as unknown as Row[];
  }

  /** All of the statements or none of them. */
  async transaction<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.run('BEGIN TRANSACTION');
    try {
      const result = await work();
      await this.run('COMMIT');
      return result;
    } catch (error) {
      await this.connection.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
  }
}

/** An engine's failure with a code, and a hint where the cause is known. */
export function engineError(error: unknown): Error {
  if (error instanceof LandfallError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const first = message.split('\n\n')[0] ?? message;
  if (/No space left on device|not enough (disk )?space|max_temp_directory_size/i.test(message)) {
    return problem('disk-full', `the disk is full: ${first}`, 'free some space and run again: nothing was half loaded');
  }
  if (/Out of Memory/i.test(message)) {
    return problem('out-of-memory', first, 'set LANDFALL_MEMORY_LIMIT to more than its default of 1000MB');
  }
  return problem('engine-error', message.trim());
}

function problem(code: string, message: string, hint?: string): LandfallError {
  const what: Problem = hint === undefined ? { code, message } : { code, message, hint };
  return new LandfallError(what);
}

async function waitFor<Opened>(
  options: Pick<OpenOptions, 'file' | 'onWait' | 'patience'>,
  open: () => Promise<Opened>,
): Promise<Opened> {
  const deadline = Date.now() + (options.patience ?? PATIENCE);
  let told = false;
  for (;;) {
    try {
      return await open();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const holder = /Conflicting lock is held in (.+?)(?: by user|\.\s|\. See|$)/s.exec(message)?.[1];
      if (holder === undefined) throw unreadable(options.file ?? ':memory:', message, engineError(error));
      if (Date.now() > deadline) {
        throw problem('lake-busy', `${options.file} is in use by ${holder}`, 'wait for it to end and try again');
      }
      if (!told) options.onWait?.(holder);
      told = true;
      await sleep(100);
    }
  }
}

function unreadable(file: string, message: string, error: Error): Error {
  if (!/not a valid DuckDB database|Corrupt|serializ|newer version|older version|checksum/i.test(message)) return error;
  return new LandfallError({
    code: 'lake-unreadable',
    message: `not a lake of this version: ${message.split('\n')[0]}`,
    file,
    hint: 'move the state folder away and run again: the landing folder has all that is needed',
  });
}

export function stateFile(state: string): string {
  return join(state, 'lake.duckdb');
}
