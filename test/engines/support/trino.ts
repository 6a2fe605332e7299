/** The part of Trino's HTTP protocol that tests need. */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { WORDS } from '../../../core/plans/dialect.ts';
import { parseLosslessly } from './json.ts';

export interface TrinoOptions {
  /** `awsdatacatalog` by default, as in Athena. */
  readonly catalog?: string;
  readonly schema?: string;
}

export interface TrinoColumn {
  readonly name: string;
  /** Trino's name of it, such as `decimal(18, 2)`. */
  readonly type: string;
}

/**
 * Values are as Trino's JSON has them: numbers, booleans, null, and text for all else, decimals and times among it.
 * Integers beyond what a number holds exactly are text.
 */
export interface TrinoResult {
  readonly columns: readonly TrinoColumn[];
  readonly rows: readonly (readonly unknown[])[];
}

interface Page {
  readonly nextUri?: string;
  readonly columns?: readonly TrinoColumn[];
  readonly data?: readonly (readonly unknown[])[];
  readonly updateCount?: number;
  readonly error?: {
    readonly message: string;
    readonly errorName: string;
    readonly errorLocation?: { readonly lineNumber: number; readonly columnNumber: number };
  };
}

export class TrinoError extends Error {
  readonly sql: string;
  /** Such as `TABLE_NOT_FOUND`. */
  readonly errorName: string;
  readonly line: number | null;
  readonly column: number | null;

  constructor(sql: string, error: NonNullable<Page['error']>) {
    const { lineNumber, columnNumber } = error.errorLocation ?? {};
    super(`${error.errorName}: ${error.message}\n${sql}`);
    this.name = 'TrinoError';
    this.sql = sql;
    this.errorName = error.errorName;
    this.line = lineNumber ?? null;
    this.column = columnNumber ?? null;
  }
}

export class Trino {
  readonly #url: string;
  readonly #headers: Record<string, string>;

  constructor(url: string, { catalog = 'awsdatacatalog', schema }: TrinoOptions = {}) {
    this.#url = url;
    this.#headers = {
      'X-Trino-User': 'test',
      'X-Trino-Source': 'landfall-tests',
      'X-Trino-Time-Zone': 'UTC',
      // Without it every time is cut to milliseconds.
      'X-Trino-Client-Capabilities': 'PARAMETRIC_DATETIME',
      'X-Trino-Catalog': catalog,
      ...(schema === undefined ? {} : { 'X-Trino-Schema': schema }),
    };
  }

  /** @throws TrinoError with the statement and what Trino says of it. */
  async rows(sql: string): Promise<TrinoResult> {
    let columns: readonly TrinoColumn[] = [];
    const rows: (readonly unknown[])[] = [];
    for await (const page of this.#pages(sql)) {
      columns = page.columns ?? columns;
      for (const row of page.data ?? []) rows.push(row);
    }
    return { columns, rows };
  }

  /** For a statement without a result: how many rows it changed, or null where Trino counts none. */
  async run(sql: string): Promise<number | null> {
    let count: number | null = null;
    for await (const page of this.#pages(sql)) count = page.updateCount ?? count;
    return count;
  }

  /**
   * Writes a result of any size to a file that `readCsvSql` reads: no more than a page of it is held at once.
   * Text is quoted and null is a bare \N, so that null stays apart from every text. A failed query leaves a part of it.
   */
  async writeCsv(sql: string, path: string): Promise<{ columns: readonly TrinoColumn[]; rows: number }> {
    const file = createWriteStream(path);
    await once(file, 'open');
    const closed = once(file, 'close');
    // Thrown at the end; until then a page may be under way.
    closed.catch(() => {});
    let columns: readonly TrinoColumn[] = [];
    let rows = 0;
    try {
      for await (const page of this.#pages(sql)) {
        if (page.columns !== undefined && columns.length === 0) {
          columns = page.columns;
          file.write(csvLine(columns.map(({ name }) => name)));
        }
        const data = page.data ?? [];
        rows += data.length;
        if (!file.write(data.map(csvLine).join(''))) await Promise.race([once(file, 'drain'), closed]);
      }
    } finally {
      file.end();
      await closed;
    }
    return { columns, rows };
  }

  async *#pages(sql: string): AsyncGenerator<Page> {
    let page = await this.#request(`${this.#url}/v1/statement`, { method: 'POST', body: sql });
    for (;;) {
      if (page.error !== undefined) throw new TrinoError(sql, page.error);
      yield page;
      if (page.nextUri === undefined) return;
      page = await this.#request(page.nextUri, {});
    }
  }

  async #request(url: string, init: RequestInit): Promise<Page> {
    for (;;) {
      const response = await fetch(url, { ...init, headers: this.#headers });
      const text = await response.text();
      if (response.ok) return parseLosslessly(text) as Page;
      // The protocol's way to say: ask again.
      if (![502, 503, 504].includes(response.status)) throw new Error(`Trino answered ${response.status}: ${text}`);
      await sleep(100);
    }
  }
}

const NULL = '\\N';

function csvLine(values: readonly unknown[]): string {
  return `${values.map(csvValue).join(',')}\n`;
}

function csvValue(value: unknown): string {
  if (value === null) return NULL;
  if (typeof value === 'string') return `"${value.replaceAll('"', '""')}"`;
  if (typeof value === 'object') return csvValue(JSON.stringify(value));
  return Object.is(value, -0) ? '-0' : String(value);
}

/** DuckDB's view of a file of `writeCsv`: every column as text, to be cast. */
export function readCsvSql(path: string, columns: readonly TrinoColumn[]): string {
  const text = WORDS.literal.duckdb;
  const types = columns.map(({ name }) => `${text(name)}: 'VARCHAR'`).join(', ');
  const options = `delim = ',', quote = '"', escape = '"', nullstr = ${text(NULL)}, allow_quoted_nulls = false`;
  return `read_csv(${text(path)}, columns = {${types}}, header = true, ${options}, auto_detect = false, parallel = false)`;
}
