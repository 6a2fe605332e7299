/**
 * What is known of the landing zone's headers. Crawlers keep the tables of the `landing` database, by which people query
 * files as they landed. They are not what a run goes by: their names and types are inferred and change with the files
 * that they look at, what they find changed they only log, and a crawl ends minutes after the load that asked for it. So
 * the header that the contract judged is the authority, and it is kept as a fact in the ledger's table.
 */

import { GlueClient, StartCrawlerCommand } from '@aws-sdk/client-glue';
import { crawlerOf } from '../../core/pipeline/headers.ts';
import type { Catalog } from '../../core/ports.ts';
import { type Connection, makeClient } from './clients.ts';
import { failed, isNamed } from './errors.ts';
import type { Facts } from './ledger/types.ts';

export interface AwsCatalogOptions {
  readonly facts: Facts;
  /** Not where the state machine starts crawlers by itself; true by default. */
  readonly startsCrawlers?: boolean;
  readonly connection?: Connection;
}

export function awsCatalog({ facts, startsCrawlers = true, connection }: AwsCatalogOptions): Catalog {
  const glue = makeClient(GlueClient, connection);
  const headers = async (dataset: string) =>
    (await facts.all(groupOf(dataset))) as ReadonlyMap<string, readonly string[]>;
  return {
    headers,
    /** Starts the data set's crawler where a header differs, and does not wait for it. */
    async crawl(dataset, found) {
      const known = await headers(dataset);
      const isNew = ([table, header]: [string, readonly string[]]) =>
        header.join('\n') !== known.get(table)?.join('\n');
      const changed = new Map([...found].filter(isNew));
      if (changed.size === 0) return;
      // First, for a run that is killed here asks for it again.
      if (startsCrawlers) await start(glue, crawlerOf(dataset));
      await facts.put(groupOf(dataset), changed);
    },
  };
}

const groupOf = (dataset: string) => `headers#${dataset}`;

/** One that runs already will do: the next change of a header starts another. */
async function start(glue: GlueClient, Name: string): Promise<void> {
  await glue.send(new StartCrawlerCommand({ Name })).catch((error: unknown) => {
    if (!isNamed(error, 'CrawlerRunningException')) failed(`crawler ${Name} can't be started`)(error);
  });
}
