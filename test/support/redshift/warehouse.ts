/** A warehouse as the migrations leave it, over the local PostgreSQL. */

import type { Facts } from '../../../adapters/aws/ledger/types.ts';
import { setAccount } from '../../../adapters/aws/warehouse/accounts.ts';
import { PublishedBooks } from '../../../adapters/aws/warehouse/books.ts';
import { DataApi, type DataApiSettings } from '../../../adapters/aws/warehouse/data-api.ts';
import { migrate } from '../../../adapters/aws/warehouse/migrate.ts';
import { RedshiftWarehouse } from '../../../adapters/aws/warehouse/publisher.ts';
import { sha256 } from '../../../adapters/local/hasher.ts';
import type { Project } from '../../../core/project.ts';
import { type Migration, migrationsOf } from '../../../core/warehouse/migrations.ts';
import type { WarehouseColumn } from '../../../core/warehouse/types.ts';

export const LIMITS = { readerTimeout: 300_000, readerConnections: 20 };
export const ROLE = 'arn:aws:iam::123456789012:role/copy';

export const secretOf = (user: string) =>
  `arn:aws:secretsmanager:eu-west-1:123456789012:secret:landfall/warehouse/${user}-AbCdEf`;

/** Who answers: PostgreSQL in this process, or over the network. */
export type Server = Pick<DataApiSettings, 'client'>;

/** Short waits, for nothing here is far away. */
const PACE = { wait: () => new Promise<void>((next) => setTimeout(next, 2)), random: () => 0.5 };

export function apiOf(server: Server, user: 'landfall' | 'landfall_owner'): DataApi {
  return new DataApi({
    client: server.client,
    workgroup: 'landfall',
    database: 'landfall',
    secretArn: secretOf(user),
    ...PACE,
  });
}

export function migrators(server: Server) {
  return { administrator: apiOf(server, 'landfall'), owner: apiOf(server, 'landfall_owner') };
}

export function migrationsFor(project: Project, columns: ReadonlyMap<string, readonly WarehouseColumn[]> = new Map()) {
  const migrations = migrationsOf(project, columns, 'landfall', LIMITS);
  return { migrations, hash: sha256.hash(JSON.stringify(migrations)) };
}

/** As the custom resource does it. @returns how many were made */
export async function migrateAll(
  server: Server,
  { migrations, hash }: { readonly migrations: readonly Migration[]; readonly hash: string },
): Promise<number> {
  const own = migrators(server);
  const secrets = {
    send: async (command: { input: { SecretId: string } }) => ({
      SecretString: JSON.stringify({
        username: /(\w+)-\w{6}$/.exec(command.input.SecretId)?.[1],
        password: 'x'.repeat(32),
      }),
    }),
  };
  for (const user of ['landfall_owner', 'bi_reader']) {
    await setAccount(own.administrator, secrets as never, secretOf(user));
  }
  return migrate(own, migrations, hash, PACE);
}

/** Facts in memory. */
export class FactsInMemory implements Facts {
  private readonly groups = new Map<string, Map<string, unknown>>();

  async all(group: string): Promise<ReadonlyMap<string, unknown>> {
    return this.groups.get(group) ?? new Map();
  }

  async put(group: string, facts: ReadonlyMap<string, unknown>): Promise<void> {
    this.groups.set(group, new Map([...(await this.all(group)), ...facts]));
  }

  async remove(group: string, names: readonly string[]): Promise<void> {
    for (const name of names) this.groups.get(group)?.delete(name);
  }
}

export function publisher(
  server: Server,
  run: string,
  now = Date.now(),
  facts: Facts = new FactsInMemory(),
): RedshiftWarehouse {
  return new RedshiftWarehouse({
    api: apiOf(server, 'landfall_owner'),
    books: new PublishedBooks(facts, 'namespace'),
    run,
    copyRoleArn: ROLE,
    clock: { now: () => now },
    hasher: sha256,
  });
}
