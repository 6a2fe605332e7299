/** A statement on its way through Trino, as Athena tells of one: its state, what it read, and how to stop it. */

import { setTimeout as sleep } from 'node:timers/promises';

export interface TrinoType {
  readonly rawType: string;
  readonly arguments: readonly { readonly kind: string; readonly value: unknown }[];
}

export interface TrinoColumn {
  readonly name: string;
  /** Such as `decimal(18, 2)`. */
  readonly type: string;
  readonly typeSignature: TrinoType;
}

/** Numbers are text as Trino wrote them: so Java's `1.0E10` stays what Athena shows, and no digit is lost. */
export type TrinoRow = readonly unknown[];

export interface Progress {
  readonly state: string;
  readonly physicalInputBytes: number;
  readonly elapsedTimeMillis: number;
  readonly queuedTimeMillis: number;
}

export interface TrinoFailure {
  readonly message: string;
  readonly errorName: string;
  readonly errorType: string;
}

export class TrinoError extends Error {
  readonly failure: TrinoFailure;

  constructor(failure: TrinoFailure) {
    super(`${failure.errorName}: ${failure.message}`);
    this.name = 'TrinoError';
    this.failure = failure;
  }
}

interface Page {
  readonly nextUri?: string;
  readonly columns?: readonly TrinoColumn[];
  readonly data?: readonly TrinoRow[];
  readonly updateCount?: string;
  readonly stats: Readonly<Record<string, string>>;
  readonly error?: TrinoFailure;
}

export interface TrinoResult {
  readonly columns: readonly TrinoColumn[];
  readonly rows: readonly TrinoRow[];
  readonly updateCount: number | null;
}

export interface Statement {
  readonly sql: string;
  /** What `?` stands for, each as SQL. */
  readonly parameters: readonly string[];
  readonly schema: string | undefined;
  /** Such as `awsdatacatalog.compression_codec`. */
  readonly session: Readonly<Record<string, string>>;
  /** Told at every step. */
  onProgress(progress: Progress): void;
  readonly signal: AbortSignal;
}

/** The limit of partitions is a writer's, and of several each would have its own. */
const ONE_WRITER = { task_min_writer_count: '1', task_max_writer_count: '1' };

/** @throws TrinoError; the signal's reason, where it was cancelled */
export async function runOnTrino(url: string, statement: Statement): Promise<TrinoResult> {
  const { sql, parameters, schema, session, signal } = statement;
  const headers = {
    'X-Trino-User': 'athena',
    'X-Trino-Source': 'landfall-bridge',
    'X-Trino-Time-Zone': 'UTC',
    'X-Trino-Catalog': 'awsdatacatalog',
    // Without it every time is cut to milliseconds.
    'X-Trino-Client-Capabilities': 'PARAMETRIC_DATETIME',
    'X-Trino-Session': Object.entries({ ...ONE_WRITER, ...session })
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join(','),
    ...(schema === undefined ? {} : { 'X-Trino-Schema': encodeURIComponent(schema) }),
  };
  const body =
    parameters.length === 0 ? sql : `EXECUTE IMMEDIATE '${sql.replaceAll("'", "''")}' USING ${parameters.join(', ')}`;
  let page = await ask(`${url}/v1/statement`, { method: 'POST', body, headers });
  let columns: readonly TrinoColumn[] = [];
  let updateCount: number | null = null;
  const rows: TrinoRow[] = [];
  for (;;) {
    if (page.error !== undefined) throw new TrinoError(page.error);
    columns = page.columns ?? columns;
    updateCount = page.updateCount === undefined ? updateCount : Number(page.updateCount);
    for (const row of page.data ?? []) rows.push(row);
    statement.onProgress(progressOf(page));
    if (page.nextUri === undefined) return { columns, rows, updateCount };
    if (signal.aborted) {
      await fetch(page.nextUri, { method: 'DELETE', headers });
      throw signal.reason;
    }
    page = await ask(page.nextUri, { headers });
  }
}

function progressOf({ stats }: Page): Progress {
  const of = (name: string) => Number(stats[name] ?? 0);
  return {
    state: stats['state'] ?? 'QUEUED',
    physicalInputBytes: of('physicalInputBytes'),
    elapsedTimeMillis: of('elapsedTimeMillis'),
    queuedTimeMillis: of('queuedTimeMillis'),
  };
}

/** A whole text, or a number: so no digits inside a text are ever taken for a number. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

async function ask(url: string, init: RequestInit): Promise<Page> {
  for (;;) {
    const response = await fetch(url, init);
    const text = await response.text();
    if (response.ok)
      return JSON.parse(text.replace(TOKEN, (token) => (token[0] === '"' ? token : `"${token}"`))) as Page;
    // The protocol's way to say: ask again.
    if (![502, 503, 504].includes(response.status)) throw new Error(`Trino answered ${response.status}: ${text}`);
    await sleep(100);
  }
}
