import { createHash } from 'node:crypto';
import type { SQSRecord } from 'aws-lambda';
import { newObjects } from '../../adapters/aws/run/events.ts';
import { type Begun, type Ingested, type IngestHome, ingest } from '../../adapters/aws/run/ingest.ts';
import { MANIFESTS, STEPS, toldBy } from '../../adapters/aws/run/manifests.ts';
import { newRunId } from '../../adapters/run-id.ts';
import type { MakeHome } from '../shared/handlers.ts';
import { type Defer, eachMessage, isMessages } from '../shared/messages.ts';
import { follow, type Handler, logger, observed } from '../shared/observe.ts';

/** Files that landed, and data sets of which files landed while they were taken: each data set once, however many events. */
export function ingestHandler(
  makeHome: MakeHome<IngestHome & { readonly landingBucket: string }>,
  defer?: Defer,
): Handler {
  return observed(async (event, context) => {
    if (!isMessages(event)) throw new Error('expected messages of SQS');
    const home = await makeHome(context, 'ingest');
    const begun = new Map<string, Begun[]>();
    for (const record of event.Records) {
      for (const dataset of datasetsOf(record, home) ?? []) {
        begun.set(dataset, [...(begun.get(dataset) ?? []), begunBy(record, dataset)]);
      }
    }
    const rounds = new Map<string, Promise<Ingested>>();
    const round = (dataset: string) => {
      const known = rounds.get(dataset) ?? work(home, dataset, begun.get(dataset) ?? []);
      rounds.set(dataset, known);
      return known;
    };
    return eachMessage(
      event,
      context,
      async (record) => {
        for (const dataset of datasetsIn(newObjects(record.body), home)) await round(dataset);
      },
      defer,
    );
  });
}

async function work(home: IngestHome, dataset: string, begun: readonly Begun[]): Promise<Ingested> {
  follow(begun[0]?.runId ?? '', { dataset });
  const became = await ingest(home, dataset, begun);
  logger.info('ingest', { became, events: begun.length });
  return became;
}

/** The same however often the message comes, so that what it began is gone on with. */
function begunBy({ messageId, attributes, body }: SQSRecord, dataset: string): Begun {
  const again = newObjects(body).find(({ key }) => isAgain(key));
  const unlike = createHash('sha256').update(`${messageId} ${dataset}`).digest('hex').slice(0, 6);
  return {
    runId: newRunId(Number(attributes.SentTimestamp), unlike),
    isRepeated: Number(attributes.ApproximateReceiveCount) > 1,
    ...(again === undefined ? {} : { after: toldBy(again.key).runId }),
  };
}

/** Null of a message that can't be read: it is told of when its turn comes. */
function datasetsOf({ body }: SQSRecord, home: Parameters<typeof datasetsIn>[1]): readonly string[] | null {
  try {
    return datasetsIn(newObjects(body), home);
  } catch {
    return null;
  }
}

/** Hyphenated names of data sets with a contract; what lies elsewhere the next scheduled run tells of. */
function datasetsIn(
  objects: ReturnType<typeof newObjects>,
  { landingBucket, source }: Pick<IngestHome, 'source'> & { landingBucket: string },
): readonly string[] {
  const names = objects.flatMap(({ bucket, key }) => {
    if (bucket === landingBucket) return key.slice(0, Math.max(key.indexOf('/'), 0));
    return isAgain(key) ? toldBy(key).dataset : [];
  });
  const known = new Set(source.contracts.map(({ dataset }) => dataset));
  return [...new Set(names)].filter((name) => known.has(name));
}

const isAgain = (key: string) => key.startsWith(MANIFESTS[STEPS.ingest.hears]);
