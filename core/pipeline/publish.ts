/** The warehouse follows the lake: what it lacks is published, a data set in one transaction, and nothing else. */

import type { Ports, TableState } from '../ports.ts';
import { LandfallError, type Problem, TransientError } from '../problems.ts';
import type { Project } from '../project.ts';
import { warehouseTables } from '../warehouse/tables.ts';
import type { Publication, PublishedTable, PublishMode, WarehouseTable } from '../warehouse/types.ts';
import { outOfDate, surplusTables } from './publish-plan.ts';

export interface Published {
  /** What was written, by table. */
  readonly tables: Readonly<Record<string, PublishMode['kind'] | 'drop'>>;
  /** Milliseconds. */
  readonly elapsed: number;
  readonly errors: readonly Problem[];
}

/**
 * What is to publish is what differs: a run that was killed, a warehouse that was deleted and a changed definition all
 * mend themselves. A data set that fails leaves the warehouse as it was for it, and the others go on.
 *
 * @param datasets hyphenated names; the tables of others are left alone
 * @throws TransientError where the warehouse was busy
 */
export async function publishWarehouse(
  ports: Ports,
  project: Project,
  datasets: readonly string[],
): Promise<Published> {
  const started = ports.clock.now();
  const written = new Map<string, PublishMode['kind'] | 'drop'>();
  const errors: Problem[] = [];
  const wanted = warehouseTables(project);
  const finish = (): Published => ({
    tables: Object.fromEntries(written),
    elapsed: ports.clock.now() - started,
    errors,
  });
  const { warehouse } = ports;
  if (warehouse === null) return finish();
  try {
    const [held, states] = await Promise.all([warehouse.published(), ports.lake.tables()]);
    const surplus = surplusTables(project, wanted, held.keys(), datasets);
    for (const dataset of datasets) {
      const drops = surplus.get(dataset) ?? [];
      const tables = wanted.filter((table) => table.dataset === dataset);
      const publications = tables.flatMap(
        (table) => publicationOf(ports, table, states.get(table.table), held.get(table.table)) ?? [],
      );
      if (publications.length + drops.length === 0) continue;
      ports.progress.step('warehouse', `${dataset} (${publications.length} tables)`);
      try {
        await warehouse.publish(publications, drops);
        for (const { table, mode } of publications) written.set(table.table, mode.kind);
        for (const table of drops) written.set(table, 'drop');
      } catch (error) {
        if (error instanceof TransientError) throw error;
        errors.push(...failure(error, dataset));
      }
    }
  } catch (error) {
    if (error instanceof TransientError) throw error;
    errors.push(...failure(error, 'all data sets'));
  }
  return finish();
}

function publicationOf(
  ports: Ports,
  table: WarehouseTable,
  state: TableState | undefined,
  held: PublishedTable | undefined,
): Publication | undefined {
  const found = outOfDate(ports.hasher, table, state, held);
  if (found === undefined) return undefined;
  const { definition, mode } = found;
  const { columns, version } = found.state;
  const since = mode.kind === 'rows' ? mode.since : undefined;
  return { table, columns, version, definition, mode, rows: () => ports.lake.export(table.table, since) };
}

function failure(error: unknown, dataset: string): readonly Problem[] {
  const where = `the warehouse was not published for ${dataset}`;
  if (error instanceof LandfallError)
    return error.problems.map((problem) => ({ ...problem, message: `${where}: ${problem.message}` }));
  const message = error instanceof Error ? error.message : String(error);
  const hint = 'the lake and the report are sound; run again to publish';
  return [{ code: 'publish-failed', message: `${where}: ${message}`, hint }];
}
