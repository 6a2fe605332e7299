/** Loads by AWS's own clients: Athena is Trino, S3, Glue and DynamoDB are moto. */

import { join } from 'node:path';
import type { Lake } from '../../../core/ports.ts';
import { describeLakeLoads } from '../../ports/lake-loads.ts';
import type { LakeParts, OtherLake } from '../../support/lake-ports.ts';
import { AwsLake } from '../support/aws-lake.ts';

/** A lake that is opened when it is first asked. */
function onAws({ root, landing, source: files, protection }: LakeParts): OtherLake {
  const source = { ...files, addressOf: ({ key }: { readonly key: string }) => join(landing, key) };
  let opened: Promise<AwsLake> | undefined;
  const open = () => {
    opened ??= AwsLake.open(['shop'], { source, key: protection, scratch: join(root, 'function') }).then(
      async (own) => {
        await own.empty();
        return own;
      },
    );
    return opened;
  };
  const lake = new Proxy({} as Lake, {
    get: (set: Lake, name: keyof Lake) =>
      set[name] ??
      (async (...given: unknown[]) => {
        const own = await open();
        own.next();
        return (own.lake[name] as (...all: unknown[]) => unknown).apply(own.lake, given);
      }),
  });
  return {
    lake,
    rows: async <Row>(sql: string) => {
      const { columns, rows } = await (await open()).lake.read(sql);
      return rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index]]))) as Row[];
    },
    close: async () => (await opened)?.close(),
  };
}

describeLakeLoads('on AWS', onAws, 600_000);
