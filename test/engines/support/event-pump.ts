/** What Lambda does between a queue and a function: messages are fetched, handed over, and deleted where that went well. */

import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import { makeClient } from '../../../adapters/aws/clients.ts';
import { STEPS, type Step } from '../../../adapters/aws/run/manifests.ts';
import { FunctionError } from '../../bridge/lambda/functions.ts';
import type { AwsStage } from './aws-stage.ts';
import { REGION } from './templates.ts';

/** One invocation. */
export interface Turn {
  readonly step: Step;
  /** Message ids. */
  readonly failed: readonly string[];
}

/** As the stacks' mappings have it. */
const BATCH = 100;

export class EventPump {
  readonly turns: Turn[] = [];
  readonly delivered: { readonly step: Step; readonly records: readonly SQSRecord[] }[] = [];
  private readonly stage: AwsStage;
  /** Messages that failed, by their ids, as they were received last. */
  private readonly deferred = new Map<string, { readonly step: Step; readonly record: SQSRecord }>();
  private readonly sqs: SQSClient;

  constructor(stage: AwsStage) {
    this.stage = stage;
    this.sqs = makeClient(SQSClient, stage.connection);
  }

  /** Every message that a queue has for a step now, as Lambda hands it over. */
  receive(step: Step): Promise<SQSRecord[]> {
    return this.messagesIn(`landfall-${step}`);
  }

  /** What its queue has put aside of a step, for people to look at. */
  failed(step: Step): Promise<SQSRecord[]> {
    return this.messagesIn(`landfall-${step}-failed`);
  }

  async send(step: Step, MessageBody: string): Promise<void> {
    const { url: QueueUrl } = this.stage.queueOf(`landfall-${step}`);
    await this.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  }

  /** Bodies of what people were told since this was last asked. */
  async told(): Promise<Record<string, unknown>[]> {
    const { url } = this.stage.queueOf('landfall-told');
    const messages = await this.messages(url);
    for (const { ReceiptHandle } of messages)
      await this.sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
    return messages.map(({ Body = '' }) => JSON.parse((JSON.parse(Body) as { Message: string }).Message));
  }

  /** Hands messages to a step, and deletes those that it did not fail. @returns the ids of those that it did */
  async deliver(step: Step, records: readonly SQSRecord[]): Promise<readonly string[]> {
    this.delivered.push({ step, records });
    const { batchItemFailures } = await this.invoke(step, records);
    const failed = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    this.turns.push({ step, failed });
    const { url } = this.stage.queueOf(`landfall-${step}`);
    for (const record of records) {
      this.deferred.delete(record.messageId);
      if (failed.includes(record.messageId)) this.deferred.set(record.messageId, { step, record });
      else await this.sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: record.receiptHandle }));
    }
    return failed;
  }

  /** Lets what failed be seen now, which its function has put off for seconds or minutes. @returns whether there is any */
  async hasten(): Promise<boolean> {
    const all = [...this.deferred.values()];
    this.deferred.clear();
    for (const { step, record } of all) {
      const { url: QueueUrl } = this.stage.queueOf(`landfall-${step}`);
      const { receiptHandle: ReceiptHandle } = record;
      await this.sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    }
    return all.length > 0;
  }

  /** Until no queue has a message that can be seen. */
  async settle(...steps: readonly Step[]): Promise<void> {
    const asked = steps.length === 0 ? (Object.keys(STEPS) as Step[]) : steps;
    for (let isQuiet = false; !isQuiet; ) {
      isQuiet = true;
      for (const step of asked) {
        const records = await this.receive(step);
        if (records.length === 0) continue;
        isQuiet = false;
        await this.deliver(step, records);
      }
    }
  }

  /** Of a function that fails, or is killed, every message has failed. */
  private async invoke(step: Step, Records: readonly SQSRecord[]): Promise<SQSBatchResponse> {
    try {
      return (await this.stage.lambda.invoke(`landfall-${step}`, { Records })) as SQSBatchResponse;
    } catch (error) {
      if (!(error instanceof FunctionError)) throw error;
      return { batchItemFailures: Records.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    }
  }

  private async messagesIn(queue: string): Promise<SQSRecord[]> {
    const { url, arn } = this.stage.queueOf(queue);
    return (await this.messages(url)).map((message) => recordOf(message, arn));
  }

  private async messages(QueueUrl: string): Promise<Message[]> {
    const found: Message[] = [];
    while (found.length < BATCH) {
      const { Messages = [] } = await this.sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All'] }),
      );
      if (Messages.length === 0) break;
      found.push(...Messages);
    }
    return found;
  }
}

function recordOf(
  { MessageId = '', ReceiptHandle = '', Body = '', Attributes = {}, MD5OfBody = '' }: Message,
  arn: string,
) {
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: Attributes,
    messageAttributes: {},
    md5OfBody: MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: arn,
    awsRegion: REGION,
  } as unknown as SQSRecord;
}
