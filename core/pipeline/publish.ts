/** The warehouse follows the lake: what it lacks is published, a data set in one transaction, and nothing else. */

import type { Ports, TableState } from '../ports.ts';
import { LandfallError, type Problem } from '../problems.ts';
import type { Project } from '../project.ts';
import { tableComment } from '../warehouse/statements.ts';
import { warehouseTables } from '../warehouse/tables.ts';
import type { Publication, PublishedTable, PublishMode, WarehouseTable } from '../warehouse/types.ts';

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
    const schemas = new Map(project.contracts.map(({ schema, dataset }) => [schema, dataset]));
    const surplus = [...held.keys()].filter((table) => !wanted.some((other) => other.table === table));
    for (const dataset of datasets) {
      const drops = surplus.filter((table) => (schemas.get(table.split('.')[0] ?? '') ?? dataset) === dataset);
      const tables = wanted.filter((table) => table.dataset === dataset);
      const publications = tables.flatMap((table) => publicationOf(ports, table, states, held) ?? []);
      if (publications.length + drops.length === 0) continue;
      ports.progress.step('warehouse', `${dataset} (${publications.length} tables)`);
      try {
        await warehouse.publish(publications, drops);
        for (const { table, mode } of publications) written.set(table.table, mode.kind);
        for (const table of drops) {
          written.set(table, 'drop');
          surplus.splice(surplus.indexOf(table), 1);
        }
      } catch (error) {
        errors.push(...failure(error, dataset));
      }
    }
  } catch (error) {
    errors.push(...failure(error, 'all data sets'));
  }
  return finish();
}

/** Undefined where the warehouse holds it already, or the lake does not: a model that failed before it was ever made. */
function publicationOf(
  ports: Ports,
  table: WarehouseTable,
  states: ReadonlyMap<string, TableState>,
  held: ReadonlyMap<string, PublishedTable>,
): Publication | undefined {
  const state = states.get(table.table);
  if (state === undefined) return undefined;
  const { columns, version } = state;
  const said = columns.map(({ name }) => table.comments[name] ?? null);
  const definition = ports.hasher.hash(JSON.stringify([columns, said, tableComment(table)])).slice(0, 32);
  const before = held.get(table.table);
  if (before?.version === version && before.definition === definition) return undefined;
  const mode = modeOf(state, definition, before);
  const since = mode.kind === 'rows' ? before?.version : undefined;
  return { table, columns, version, definition, mode, rows: () => ports.lake.export(table.table, since) };
}

function modeOf(state: TableState, definition: string, before: PublishedTable | undefined): PublishMode {
  if (before?.definition !== definition) return { kind: 'create' };
  if (state.change?.since !== before.version) return { kind: 'replace' };
  return { kind: 'rows', by: state.change.by };
}

function failure(error: unknown, dataset: string): readonly Problem[] {
  const where = `the warehouse was not published for ${dataset}`;
  if (error instanceof LandfallError)
    return error.problems.map((problem) => ({ ...problem, message: `${where}: ${problem.message}` }));
  const message = error instanceof Error ? error.message : String(error);
  const hint = 'the lake and the report are sound; run again to publish';
  return [{ code: 'publish-failed', message: `${where}: ${message}`, hint }];
}
