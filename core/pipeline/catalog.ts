/** Asks the lake what the catalog needs to know of it. */

import { catalogOf } from '../catalog/catalog.ts';
import type { Catalog } from '../catalog/types.ts';
import type { LakeReader, TableState } from '../ports.ts';
import type { Project } from '../project.ts';
import { SHOWN_QUALITY } from '../quality/latest.ts';
import { countQuestions } from '../row-counts.ts';
import type { DescribedTable } from '../tables.ts';
import type { ResultTable } from '../tabular.ts';
import type { ModelGraph } from './model-graph.ts';

const LOADS = `SELECT dataset, table_name, count(*) AS files, max(arrived_at) AS arrived_at, max(finished_at) AS loaded_at
  FROM ops.loads WHERE status = 'loaded' GROUP BY dataset, table_name`;

const NOTHING: ResultTable = { columns: [], rows: [] };

/** A lake that no run of this version has opened has none. */
const HAS_QUALITY = `SELECT count(*) AS tables FROM information_schema.tables
  WHERE table_schema || '.' || table_name = 'ops.quality'`;

/**
 * @param described what `describedTables` gives of the project
 * @param states what the lake's `tables` gives
 */
export async function readCatalog(
  lake: LakeReader,
  project: Project,
  { graph, definitions }: Pick<ModelGraph, 'graph' | 'definitions'>,
  described: ReadonlyMap<string, DescribedTable>,
  states: ReadonlyMap<string, TableState>,
): Promise<Catalog> {
  const [[found] = []] = (await lake.read(HAS_QUALITY)).rows;
  return catalogOf({
    project,
    graph,
    described,
    definitions,
    states,
    made: await lake.models(),
    rows: await counted(lake, project, described, states),
    loads: await lake.read(LOADS),
    quality: Number(found) > 0 ? await lake.read(SHOWN_QUALITY) : NOTHING,
  });
}

/** Rows of all but views, which would take a pass over their inputs. */
async function counted(
  lake: LakeReader,
  project: Project,
  described: ReadonlyMap<string, DescribedTable>,
  states: ReadonlyMap<string, unknown>,
): Promise<ResultTable> {
  const views = new Set(project.models.filter(({ materialize }) => materialize === 'view').map(({ table }) => table));
  const tables = [...described.values()].filter(({ table }) => states.has(table) && !views.has(table));
  const parts: ResultTable[] = [];
  for (const question of countQuestions(tables.map(({ table }) => table))) parts.push(await lake.read(question));
  return { columns: parts[0]?.columns ?? [], rows: parts.flatMap(({ rows }) => rows) };
}
