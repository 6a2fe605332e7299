/** Athena's calls about queries. Workgroups, named queries and the rest are moto's. */

import {
  AthenaClient,
  type BatchGetQueryExecutionInput,
  type BatchGetQueryExecutionOutput,
  type GetQueryExecutionInput,
  type GetQueryExecutionOutput,
  type GetQueryResultsInput,
  type GetQueryResultsOutput,
  GetWorkGroupCommand,
  type ListQueryExecutionsInput,
  type ListQueryExecutionsOutput,
  type StartQueryExecutionInput,
  type StartQueryExecutionOutput,
  type StopQueryExecutionInput,
} from '@aws-sdk/client-athena';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { Doubles } from '../faults.ts';
import { type MotoClients, motoClients, s3Address } from '../moto-clients.ts';
import { type Actions, AwsError } from '../protocol.ts';
import { folder } from './names.ts';
import { Query } from './query.ts';
import { toRow } from './results.ts';
import { Refused, type Translated, translate } from './statements.ts';

export interface AthenaOptions {
  readonly moto: string;
  readonly trino: string;
}

interface Submitted {
  /** What a repetition must be the same in. */
  readonly said: string;
  readonly query: Promise<Query>;
}

const PAGE = 1000;

export class AthenaApi {
  readonly actions: Actions = {
    StartQueryExecution: (input: StartQueryExecutionInput) => this.#start(input),
    GetQueryExecution: (input: GetQueryExecutionInput) => this.#get(input),
    BatchGetQueryExecution: (input: BatchGetQueryExecutionInput) => this.#getBatch(input),
    ListQueryExecutions: (input: ListQueryExecutionsInput) => this.#list(input),
    GetQueryResults: (input: GetQueryResultsInput) => this.#results(input),
    StopQueryExecution: ({ QueryExecutionId }: StopQueryExecutionInput) => {
      this.#find(QueryExecutionId).stop();
      return {};
    },
  };
  /** Statements that are to run twice at once. */
  readonly doubles = new Doubles();
  readonly #trino: string;
  readonly #moto: MotoClients;
  readonly #athena: AthenaClient;
  readonly #queries = new Map<string, Query>();
  readonly #tokens = new Map<string, Submitted>();

  constructor({ moto, trino }: AthenaOptions) {
    this.#trino = trino;
    this.#moto = motoClients(moto);
    const credentials = { accessKeyId: 'bridge', secretAccessKey: 'bridge' };
    this.#athena = new AthenaClient({ endpoint: moto, region: 'us-east-1', credentials });
  }

  async close(): Promise<void> {
    const queries = [...this.#queries.values()];
    for (const query of queries) query.stop();
    await Promise.all(queries.map(({ ended }) => ended));
    this.#moto.close();
    this.#athena.destroy();
  }

  async #start(input: StartQueryExecutionInput): Promise<StartQueryExecutionOutput> {
    const { ClientRequestToken: token, ...rest } = input;
    const said = JSON.stringify(rest);
    if (token === undefined) return { QueryExecutionId: (await this.#submit(input)).id };
    if (token.length < 32 || token.length > 128) {
      throw invalid(`ClientRequestToken must have 32 to 128 characters, not ${token.length}`);
    }
    const known = this.#tokens.get(token);
    if (known !== undefined && known.said !== said) throw invalid('Idempotent parameters do not match');
    const submitted = known ?? { said, query: this.#submit(input) };
    this.#tokens.set(token, submitted);
    try {
      return { QueryExecutionId: (await submitted.query).id };
    } catch (error) {
      this.#tokens.delete(token);
      throw error;
    }
  }

  async #submit(input: StartQueryExecutionInput): Promise<Query> {
    const { QueryString: sql = '', QueryExecutionContext: { Catalog, Database } = {} } = input;
    if (Catalog !== undefined && Catalog.toLowerCase() !== 'awsdatacatalog') {
      throw invalid(`Catalog ${Catalog} is not one of the bridge's: expected AwsDataCatalog`);
    }
    const { name, output, cutoff } = await this.#workGroup(input);
    try {
      const translated = translate(sql);
      const run: Translated['run'] = (engine) => this.doubles.run(sql, () => translated.run(engine));
      const statement = { ...translated, run };
      const parameters = input.ExecutionParameters ?? [];
      const submission = { sql, parameters, database: Database?.toLowerCase(), workGroup: name, output, cutoff };
      const query = new Query(submission, statement, this.#trino, this.#moto);
      await query.accepted;
      this.#queries.set(query.id, query);
      return query;
    } catch (error) {
      throw error instanceof Refused ? invalid(error.message, 'MALFORMED_QUERY') : error;
    }
  }

  /** What a query's workgroup says, and where its result is to go. */
  async #workGroup({ WorkGroup: name = 'primary', ResultConfiguration }: StartQueryExecutionInput) {
    const { WorkGroup: group } = await this.#athena.send(new GetWorkGroupCommand({ WorkGroup: name }));
    if (group === undefined || group === null) throw invalid(`WorkGroup ${name} is not found.`);
    if (group.State === 'DISABLED') throw invalid(`WorkGroup ${name} is disabled.`);
    const { Configuration: { ResultConfiguration: own, ...settings } = {} } = group;
    const isForced = own?.OutputLocation !== undefined && settings.EnforceWorkGroupConfiguration !== false;
    const location = isForced ? own.OutputLocation : (ResultConfiguration?.OutputLocation ?? own?.OutputLocation);
    if (location === undefined) {
      throw invalid(
        'No output location provided. An output location is required either through the Workgroup result configuration setting or as an API input.',
      );
    }
    const { bucket } = s3Address(location);
    await this.#moto.s3.send(new HeadBucketCommand({ Bucket: bucket })).catch(() => {
      throw invalid(`Unable to verify/create output bucket ${bucket}`);
    });
    return { name, output: folder(location), cutoff: settings.BytesScannedCutoffPerQuery };
  }

  #get({ QueryExecutionId }: GetQueryExecutionInput): GetQueryExecutionOutput {
    return { QueryExecution: this.#find(QueryExecutionId).describe() };
  }

  #getBatch({ QueryExecutionIds = [] }: BatchGetQueryExecutionInput): BatchGetQueryExecutionOutput {
    const known = QueryExecutionIds.flatMap((id) => this.#queries.get(id) ?? []);
    const unknown = QueryExecutionIds.filter((id) => !this.#queries.has(id));
    return {
      QueryExecutions: known.map((query) => query.describe()),
      UnprocessedQueryExecutionIds: unknown.map((id) => ({
        QueryExecutionId: id,
        ErrorCode: 'INVALID_INPUT',
        ErrorMessage: `QueryExecution ${id} was not found`,
      })),
    };
  }

  /** The newest first. */
  #list({ WorkGroup = 'primary', MaxResults = 50, NextToken }: ListQueryExecutionsInput): ListQueryExecutionsOutput {
    const own = [...this.#queries.values()].filter(({ submission }) => submission.workGroup === WorkGroup).reverse();
    const from = Number(NextToken ?? 0);
    return {
      QueryExecutionIds: own.slice(from, from + MaxResults).map(({ id }) => id),
      ...(from + MaxResults < own.length ? { NextToken: String(from + MaxResults) } : {}),
    };
  }

  #results({ QueryExecutionId, MaxResults = PAGE, NextToken }: GetQueryResultsInput): GetQueryResultsOutput {
    if (MaxResults < 1 || MaxResults > PAGE) throw invalid(`MaxResults is more than maximum allowed length ${PAGE}.`);
    const query = this.#find(QueryExecutionId);
    if (!query.isOver) throw invalid(`Query has not yet finished. Current state: ${query.state}`);
    if (query.state !== 'SUCCEEDED') {
      throw invalid(`Query did not finish successfully. Final query state: ${query.state}`);
    }
    const { columns, rows, updateCount } = query.result;
    // The names of the columns are the first row of the first page, and count as one.
    const header = query.hasHeader ? [columns.map(({ Name = '' }) => Name)] : [];
    const from = Number(NextToken ?? 0);
    const to = from + MaxResults;
    const page = [...header.slice(from, to), ...rows.slice(Math.max(0, from - header.length), to - header.length)];
    return {
      UpdateCount: updateCount,
      ResultSet: { Rows: page.map(toRow), ResultSetMetadata: { ColumnInfo: [...columns] } },
      ...(to < header.length + rows.length ? { NextToken: String(to) } : {}),
    };
  }

  #find(id = ''): Query {
    const query = this.#queries.get(id);
    if (query === undefined) throw invalid(`QueryExecution ${id} was not found`);
    return query;
  }
}

function invalid(message: string, code = 'INVALID_INPUT'): AwsError {
  return new AwsError('InvalidRequestException', message, { fields: { AthenaErrorCode: code } });
}
