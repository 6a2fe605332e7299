/** The catalog of the data sets that Landfall ships, before anything has landed. */

import { Database } from '../../adapters/duckdb/database.ts';
import { sha256 } from '../../adapters/local/hasher.ts';
import { lakeReader } from '../../adapters/local/lake/index.ts';
import { loadProject } from '../../adapters/local/project.ts';
import { catalogOf } from '../../core/catalog/catalog.ts';
import type { Catalog } from '../../core/catalog/types.ts';
import { type ModelGraph, modelGraph } from '../../core/pipeline/model-graph.ts';
import type { Project } from '../../core/project.ts';
import { describedTables } from '../../core/tables.ts';

const NOTHING = { columns: [], rows: [] };

export interface Shipped {
  readonly project: Project;
  readonly graph: ModelGraph;
  readonly catalog: Catalog;
}

export async function shippedCatalog(): Promise<Shipped> {
  const project = await loadProject();
  const database = await Database.open({ file: null, readOnly: true, spill: null });
  try {
    const graph = await modelGraph({ lake: lakeReader(database), hasher: sha256 }, project);
    const described = describedTables(project);
    const [states, made] = [new Map(), new Map()];
    const input = { project, ...graph, described, states, made, rows: NOTHING, loads: NOTHING, quality: NOTHING };
    return { project, graph, catalog: catalogOf(input) };
  } finally {
    database.close();
  }
}
