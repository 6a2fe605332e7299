/** Tables and views as the Glue catalog has them: what Athena's statements can't say, or only slowly. */

import {
  AlreadyExistsException,
  CreateTableCommand,
  DeleteTableCommand,
  EntityNotFoundException,
  GetTableCommand,
  GetTablesCommand,
  type GetTablesResponse,
  type GlueClient,
  type Table,
  type TableInput,
  UpdateTableCommand,
} from '@aws-sdk/client-glue';

export class GlueTables {
  private readonly client: GlueClient;

  constructor(client: GlueClient) {
    this.client = client;
  }

  /** Null where there is none. */
  async get(database: string, name: string): Promise<Table | null> {
    const found = await orNull(this.client.send(new GetTableCommand({ DatabaseName: database, Name: name })));
    return found?.Table ?? null;
  }

  /** None where there is no such database. @param prefix of their names */
  async list(database: string, prefix = ''): Promise<Table[]> {
    const tables: Table[] = [];
    let next: string | undefined;
    do {
      const page: GetTablesResponse | null = await orNull(
        this.client.send(
          new GetTablesCommand({
            DatabaseName: database,
            NextToken: next,
            ...(prefix === '' ? {} : { Expression: `${prefix}*` }),
          }),
        ),
      );
      // An expression is a pattern, in which `_` may be any character.
      tables.push(...(page?.TableList ?? []).filter(({ Name }) => Name?.startsWith(prefix)));
      next = page?.NextToken;
    } while (next !== undefined);
    return tables;
  }

  /** Makes a table as described, or what there is of that name the same, in one step for whoever reads it. */
  async put(database: string, input: TableInput): Promise<void> {
    const updated = await orNull(
      this.client.send(new UpdateTableCommand({ DatabaseName: database, TableInput: input, SkipArchive: true })),
    );
    if (updated === null) await this.client.send(new CreateTableCommand({ DatabaseName: database, TableInput: input }));
  }

  /** @returns whether there was none of that name: what there is stays as it is */
  async add(database: string, input: TableInput): Promise<boolean> {
    try {
      await this.client.send(new CreateTableCommand({ DatabaseName: database, TableInput: input }));
      return true;
    } catch (error) {
      if (error instanceof AlreadyExistsException) return false;
      throw error;
    }
  }

  /** Leaves the files where they are. */
  async remove(database: string, name: string): Promise<void> {
    await orNull(this.client.send(new DeleteTableCommand({ DatabaseName: database, Name: name })));
  }
}

async function orNull<Answer>(answer: Promise<Answer>): Promise<Answer | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof EntityNotFoundException) return null;
    throw error;
  }
}
