/** Athena by its API: a statement is submitted, asked after until it is done, and its small results are fetched. */

import { createHash, randomUUID } from 'node:crypto';
import {
  type AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  type GetQueryResultsOutput,
  type QueryExecution,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import { LandfallError, TransientError } from '../../../core/problems.ts';
import type { ResultColumn, ResultTable, Value } from '../../../core/tabular.ts';
import { isPassing } from '../errors.ts';
import { type Pace, pause } from '../pace.ts';
import { callFailed, mayBeRepeated, queryFailed } from './failures.ts';
import { isHeader, resultColumns, resultRow } from './results.ts';
import type { Athena, QueryBooks, RunOptions } from './types.ts';

export interface AthenaSettings extends Pace {
  readonly client: AthenaClient;
  readonly workGroup: string;
  /** @default AwsDataCatalog */
  readonly catalog?: string;
}

/** Athena's own limit. */
const LONGEST = 262_144;
/** Of a call that is refused for there were too many. */
const CALLS = 8;
/** Of a query that fails by no fault of its own. */
const SUBMISSIONS = 5;
const PAGE = 1000;

export class AthenaEngine implements Athena {
  private readonly settings: AthenaSettings;
  private readonly done: QueryBooks[] = [];
  private readonly running = new Set<string>();
  /** Before it, a query was another's to cancel. */
  private readonly startedAt = Date.now();

  constructor(settings: AthenaSettings) {
    this.settings = settings;
  }

  get books(): readonly QueryBooks[] {
    return this.done;
  }

  async run(sql: string, options: RunOptions = {}): Promise<QueryBooks> {
    return (await this.finish(sql, options)).books;
  }

  async read(sql: string, options: RunOptions = {}): Promise<ResultTable> {
    const { books, statementType } = await this.finish(sql, options);
    const rows: Value[][] = [];
    let columns: readonly ResultColumn[] = [];
    let next: string | undefined;
    do {
      const page: GetQueryResultsOutput = await this.call(() =>
        this.settings.client.send(
          new GetQueryResultsCommand({ QueryExecutionId: books.queryId, MaxResults: PAGE, NextToken: next }),
        ),
      );
      const found = page.ResultSet?.Rows ?? [];
      if (next === undefined) columns = resultColumns(page.ResultSet);
      const skipped = next === undefined && isHeader(found[0], columns, statementType) ? 1 : 0;
      for (const row of found.slice(skipped)) rows.push(resultRow(row, columns));
      next = page.NextToken;
    } while (next !== undefined);
    return { columns, rows };
  }

  async cancel(): Promise<void> {
    await Promise.all(
      [...this.running].map((queryId) =>
        this.call(() => this.settings.client.send(new StopQueryExecutionCommand({ QueryExecutionId: queryId }))).catch(
          () => undefined,
        ),
      ),
    );
  }

  private async finish(sql: string, options: RunOptions): Promise<{ books: QueryBooks; statementType: string }> {
    const bytes = Buffer.byteLength(sql);
    if (bytes > LONGEST) {
      throw new LandfallError({
        code: 'statement-too-long',
        message: `a statement of ${bytes} bytes: Athena takes ${LONGEST} at most; it begins ${sql.trim().slice(0, 80)}`,
        hint: 'ask for less at once',
      });
    }
    for (let attempt = 0; ; attempt += 1) {
      const queryId = await this.submit(sql, options, attempt);
      const execution = await this.end(queryId);
      const books = this.note(queryId, execution);
      const { State, StateChangeReason, AthenaError } = execution.Status ?? {};
      if (State === 'SUCCEEDED') return { books, statementType: execution.StatementType ?? '' };
      const reason = StateChangeReason ?? AthenaError?.ErrorMessage ?? `${State}, and Athena does not say why`;
      const failure = queryFailed(State === 'CANCELLED' ? `it was cancelled: ${reason}` : reason, queryId);
      const passes = mayBeRepeated(reason) || AthenaError?.Retryable === true || this.isLeftOver(execution, reason);
      if (!passes || attempt + 1 >= SUBMISSIONS) throw failure;
      if (options.isOnce === true) throw new TransientError(failure.problems);
      await pause(this.settings, attempt, `query ${queryId} failed: ${reason}`);
    }
  }

  /** What a killed function had cancelled on its way out is begun again; what a person or a limit stops now is not. */
  private isLeftOver({ Status }: QueryExecution, reason: string): boolean {
    if (Status?.State !== 'CANCELLED' || /limit/i.test(reason)) return false;
    return (Status.CompletionDateTime?.getTime() ?? Number.POSITIVE_INFINITY) < this.startedAt;
  }

  private async submit(sql: string, { token, schema }: RunOptions, attempt: number): Promise<string> {
    const { client, workGroup, catalog = 'AwsDataCatalog' } = this.settings;
    // A repeated call, be it the client's own, finds the query that the first one began.
    const parts = token === undefined ? [randomUUID()] : [token, schema ?? '', sql, String(attempt)];
    const ClientRequestToken = createHash('sha256').update(parts.join('\0')).digest('hex');
    const { QueryExecutionId } = await this.call(() =>
      client.send(
        new StartQueryExecutionCommand({
          QueryString: sql,
          ClientRequestToken,
          WorkGroup: workGroup,
          QueryExecutionContext: schema === undefined ? { Catalog: catalog } : { Catalog: catalog, Database: schema },
        }),
      ),
    );
    if (QueryExecutionId === undefined) throw queryFailed('Athena gave the query no id', null);
    this.running.add(QueryExecutionId);
    return QueryExecutionId;
  }

  private async end(queryId: string): Promise<QueryExecution> {
    for (let turn = 0; ; turn += 1) {
      const { QueryExecution } = await this.call(() =>
        this.settings.client.send(new GetQueryExecutionCommand({ QueryExecutionId: queryId })),
      );
      const state = QueryExecution?.Status?.State;
      if (QueryExecution !== undefined && state !== undefined && /^(SUCCEEDED|FAILED|CANCELLED)$/.test(state)) {
        return QueryExecution;
      }
      await pause(this.settings, turn, `query ${queryId} is still ${(state ?? 'queued').toLowerCase()}, and goes on`);
    }
  }

  private note(queryId: string, { Statistics }: QueryExecution): QueryBooks {
    this.running.delete(queryId);
    const books = {
      queryId,
      scannedBytes: Statistics?.DataScannedInBytes ?? 0,
      elapsed: Statistics?.EngineExecutionTimeInMillis ?? 0,
    };
    this.done.push(books);
    return books;
  }

  private async call<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (!isPassing(error) || attempt + 1 >= CALLS) throw callFailed(error);
        await pause(
          this.settings,
          attempt,
          `Athena is busy: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    }
  }
}
