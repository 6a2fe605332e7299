/**
 * The ledger's one table, as every part of it asks it. Keys are pk and sk; only what may go has the attribute of
 * its end.
 *
 *   lease#<data set>    lease            who works on the data set: owner, token, expiresAt, and how many came meanwhile
 *   files#<data set>    <key>            what is known of a landed file
 *   open#<data set>     <batch id>       a batch on its way
 *   closed#<data set>   <batch id>       one that is done or abandoned, for a while
 *   facts#<group>       <name>           a small fact
 *   counter             loads            the last load id that was given out
 */

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchWriteCommand,
  type BatchWriteCommandInput,
  DynamoDBDocumentClient,
  GetCommand,
  paginateQuery,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { TransientError } from '../../../core/problems.ts';
import { type Connection, makeClient } from '../clients.ts';
import { failed, isNamed } from '../errors.ts';
import { retried } from '../retry.ts';

export interface Key {
  readonly pk: string;
  readonly sk: string;
}
export type Item = Key & Readonly<Record<string, unknown>>;
export type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];
type BatchWrite = NonNullable<BatchWriteCommandInput['RequestItems']>[string][number];

/** The attribute that tells DynamoDB when an item may go, in seconds since 1970. */
export const ENDS = 'ends';

/** DynamoDB takes so many in one request. */
const WRITES_AT_ONCE = 25;
const TRIES = 8;

export class LedgerTable {
  readonly name: string;
  private readonly client: DynamoDBDocumentClient;

  constructor(name: string, connection: Connection = {}) {
    this.name = name;
    this.client = DynamoDBDocumentClient.from(makeClient(DynamoDBClient, connection), {
      marshallOptions: { removeUndefinedValues: true },
    });
  }

  /** Every item of a partition in the order of sk, as it is now. */
  async all(pk: string): Promise<Item[]> {
    const request = {
      TableName: this.name,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': pk },
      ConsistentRead: true,
    };
    return this.asking(`${pk} can't be read`, async () => {
      const items: Item[] = [];
      for await (const page of paginateQuery({ client: this.client }, request)) {
        items.push(...((page.Items ?? []) as Item[]));
      }
      return items;
    });
  }

  async get(key: Key): Promise<Item | null> {
    const command = new GetCommand({ TableName: this.name, Key: { ...key }, ConsistentRead: true });
    return this.asking(`${key.pk} can't be read`, async () => {
      return ((await this.client.send(command)).Item ?? null) as Item | null;
    });
  }

  /** Of one item, as DynamoDB's UpdateItem. @returns the item after it; null where the condition does not hold */
  async update(key: Key, change: Omit<UpdateCommandInput, 'TableName' | 'Key' | 'ReturnValues'>): Promise<Item | null> {
    const command = new UpdateCommand({ TableName: this.name, Key: { ...key }, ReturnValues: 'ALL_NEW', ...change });
    return this.asking(`${key.pk} can't be written`, async () => {
      try {
        return ((await this.client.send(command)).Attributes ?? {}) as Item;
      } catch (error) {
        if (isNamed(error, 'ConditionalCheckFailedException')) return null;
        throw error;
      }
    });
  }

  /**
   * All of these writes or none of them.
   *
   * @returns the places of those whose condition does not hold; none where all is written
   */
  async transact(what: string, writes: readonly Write[]): Promise<ReadonlySet<number>> {
    const command = new TransactWriteCommand({ TransactItems: [...writes] });
    return this.asking(`${what} can't be written`, async () => {
      try {
        await this.client.send(command);
        return new Set<number>();
      } catch (error) {
        const reasons = reasonsOf(error);
        const refused = [...reasons.keys()].filter((place) => reasons[place] === 'ConditionalCheckFailed');
        if (refused.length > 0) return new Set(refused);
        throw error;
      }
    });
  }

  /** Each for itself, in no order. */
  async write(what: string, writes: readonly BatchWrite[]): Promise<void> {
    for (let first = 0; first < writes.length; first += WRITES_AT_ONCE) {
      let left: readonly BatchWrite[] = writes.slice(first, first + WRITES_AT_ONCE);
      await this.asking(`${what} can't be written`, async () => {
        const command = new BatchWriteCommand({ RequestItems: { [this.name]: [...left] } });
        left = (await this.client.send(command)).UnprocessedItems?.[this.name] ?? [];
        if (left.length > 0) throw new Unprocessed({ code: 'aws-busy', message: `${what}: DynamoDB left some over` });
      });
    }
  }

  private asking<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
    const place = `table ${this.name}: ${what}`;
    return retried(work, isMeeting, TRIES).catch((error: unknown) => {
      if (error instanceof Unprocessed || !isMeeting(error)) return failed(place)(error);
      throw new TransientError({
        code: 'aws-busy',
        message: `${place}: others write it all the time`,
        hint: 'try again',
      });
    });
  }
}

/** A batch of writes of which DynamoDB took only some. */
class Unprocessed extends TransientError {}

const MEETINGS = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

/** What passes and the SDK does not try again: another transaction was at the same items, or part of a request was too much. */
function isMeeting(error: unknown): boolean {
  if (error instanceof Unprocessed || isNamed(error, 'TransactionConflictException')) return true;
  return reasonsOf(error).some((reason) => MEETINGS.has(reason));
}

/** By place: why a transaction was cancelled; `None` of a write that was not why. */
function reasonsOf(error: unknown): readonly string[] {
  if (!isNamed(error, 'TransactionCanceledException')) return [];
  const { CancellationReasons = [] } = error as { CancellationReasons?: { Code?: string }[] };
  return CancellationReasons.map(({ Code = 'None' }) => Code);
}
