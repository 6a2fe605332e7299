/** Batches of messages of SQS: each by itself, so that one which fails comes back, and no other. */

import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import { ChangeMessageVisibilityCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { makeClient } from '../../adapters/aws/clients.ts';
import { isTransient } from '../../adapters/aws/run/run.ts';
import { waitAfter } from '../../adapters/aws/run/tries.ts';
import { logger } from './observe.ts';

/** Lets a message be seen again so many seconds later: the queue would keep it for six times the function's time. */
export type Defer = (record: SQSRecord, seconds: number) => Promise<void>;

export const isMessages = (event: unknown): event is SQSEvent => Array.isArray((event as Partial<SQSEvent>).Records);

/** @returns which messages failed, as Lambda wants to be told */
export function eachMessage(
  event: SQSEvent,
  context: Context,
  work: (record: SQSRecord) => Promise<void>,
  defer: Defer = deferInQueue,
): Promise<unknown> {
  const handle = async (record: SQSRecord) => {
    try {
      await work(record);
    } catch (error) {
      logger.error('message failed', { message_id: record.messageId, error_name: (error as Error).name });
      await defer(record, waitAfter(Number(record.attributes.ApproximateReceiveCount), isTransient(error)));
      throw error;
    }
  };
  return processPartialResponse(event, handle, new BatchProcessor(EventType.SQS), {
    context,
    // One after the other: memory is one function's.
    processInParallel: false,
    throwOnFullBatchFailure: false,
  });
}

let client: SQSClient | undefined;

/** Where it can't be done, the message comes back when its time is over. */
async function deferInQueue({ eventSourceARN, receiptHandle }: SQSRecord, seconds: number): Promise<void> {
  const [account, name] = eventSourceARN.split(':').slice(-2);
  client ??= makeClient(SQSClient);
  try {
    const { QueueUrl } = await client.send(
      new GetQueueUrlCommand({ QueueName: name, QueueOwnerAWSAccountId: account }),
    );
    await client.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout: seconds }),
    );
  } catch (error) {
    logger.warn('a message could not be deferred', { error_name: (error as Error).name });
  }
}
