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

/** Gives table_name, rows. @param tables `schema.table` */
export type Count = (tables: readonly string[]) => Promise<ResultTable>;

/** What whoever asks knows already, or knows better how to ask. */
interface Known {
  /** What `SHOWN_QUALITY` gives. */
  readonly quality?: ResultTable;
  readonly count?: Count;
}

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
  { quality, count = (tables) => counted(lake, tables) }: Known = {},
): Promise<Catalog> {
  return catalogOf({
    project,
    graph,
    described,
    definitions,
    states,
    made: await lake.models(),
    rows: await count(countedTables(project, described, states)),
    loads: await lake.read(LOADS),
    quality: quality ?? (await latestQuality(lake)),
  });
}

async function latestQuality(lake: LakeReader): Promise<ResultTable> {
  const [[found] = []] = (await lake.read(HAS_QUALITY)).rows;
  return Number(found) > 0 ? lake.read(SHOWN_QUALITY) : NOTHING;
}

/** All but views, which would take a pass over their inputs. */
function countedTables(
  project: Project,
  described: ReadonlyMap<string, DescribedTable>,
  states: ReadonlyMap<string, unknown>,
): string[] {
  const views = new Set(project.models.filter(({ materialize }) => materialize === 'view').map(({ table }) => table));
  return [...described.keys()].filter((table) => states.has(table) && !views.has(table));
}

export async function counted(lake: Pick<LakeReader, 'read'>, tables: readonly string[]): Promise<ResultTable> {
  const parts: ResultTable[] = [];
  for (const question of countQuestions(tables)) parts.push(await lake.read(question));
  return { columns: parts[0]?.columns ?? [], rows: parts.flatMap(({ rows }) => rows) };
}
