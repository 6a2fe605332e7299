/** What Lambda does between a queue and a function: messages are fetched, handed over, and deleted where that went well. */

import { AthenaClient, GetQueryExecutionCommand } from '@aws-sdk/client-athena';
import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { makeClient } from '../../../adapters/aws/clients.ts';
import { STEPS, type Step } from '../../../adapters/aws/run/manifests.ts';
import type { AwsStage } from './aws-stage.ts';
import { REGION } from './templates.ts';

/** Calls a function with its environment. */
export type Invoke = (name: Step, event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/** One invocation, and what it took. */
export interface Turn {
  readonly step: Step;
  readonly messages: number;
  readonly milliseconds: number;
  /** Of Athena's. */
  readonly statements: number;
  readonly scannedBytes: number;
  /** Message ids. */
  readonly failed: readonly string[];
}

/** As the stacks' mappings have it. */
const BATCH = 100;
const MINUTES = 15;

export class EventPump {
  readonly turns: Turn[] = [];
  readonly delivered: { readonly step: Step; readonly records: readonly SQSRecord[] }[] = [];
  private readonly stage: AwsStage;
  private readonly invoke: Invoke;
  private readonly sqs: SQSClient;
  private readonly athena: AthenaClient;

  constructor(stage: AwsStage, invoke: Invoke) {
    this.stage = stage;
    this.invoke = invoke;
    this.sqs = makeClient(SQSClient, stage.connection);
    this.athena = makeClient(AthenaClient, stage.connection);
  }

  /** Every message that a queue has for a step now, as Lambda hands it over. */
  async receive(step: Step): Promise<SQSRecord[]> {
    const { url, arn } = this.stage.queueOf(`landfall-${step}`);
    return (await this.messages(url)).map((message) => recordOf(message, arn));
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
    const before = this.stage.bridge.calls.length;
    const start = Date.now();
    const { batchItemFailures } = await this.invoke(step, { Records: [...records] }, contextOf(step, start));
    const failed = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    const milliseconds = Date.now() - start;
    this.turns.push({ step, messages: records.length, milliseconds, failed, ...(await this.askedSince(before)) });
    const { url } = this.stage.queueOf(`landfall-${step}`);
    for (const { messageId, receiptHandle } of records) {
      if (failed.includes(messageId)) continue;
      await this.sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: receiptHandle }));
    }
    return failed;
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

  private async askedSince(before: number): Promise<Pick<Turn, 'statements' | 'scannedBytes'>> {
    const calls = this.stage.bridge.calls.slice(before).filter(({ service }) => service === 'athena');
    const statements = calls.filter(({ action }) => action === 'StartQueryExecution').length;
    const ids = new Set(calls.filter(({ action }) => action === 'GetQueryExecution').map(({ resource }) => resource));
    let scannedBytes = 0;
    for (const QueryExecutionId of ids) {
      const { QueryExecution } = await this.athena.send(new GetQueryExecutionCommand({ QueryExecutionId }));
      scannedBytes += QueryExecution?.Statistics?.DataScannedInBytes ?? 0;
    }
    return { statements, scannedBytes };
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

function contextOf(step: Step, start: number): Context {
  return {
    functionName: `landfall-${step}`,
    awsRequestId: `${step}-${start}`,
    getRemainingTimeInMillis: () => MINUTES * 60_000 - (Date.now() - start),
  } as Context;
}
