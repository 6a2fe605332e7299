/** The catalog as `status --json` prints it. */

import { sha256 } from '../adapters/local/hasher.ts';
import { loadProject } from '../adapters/local/project.ts';
import { readCatalog } from '../core/pipeline/catalog.ts';
import { modelGraph } from '../core/pipeline/model-graph.ts';
import { problemsOf } from '../core/pipeline/session.ts';
import type { LakeReader } from '../core/ports.ts';
import { describedTables } from '../core/tables.ts';

/** A project that is missing or wrong keeps nobody from hearing the rest: the catalog is null then, and the reason beside it. */
export async function catalogJson(
  lake: LakeReader,
  folder: string | undefined,
): Promise<Readonly<Record<string, unknown>>> {
  try {
    const project = await loadProject(folder);
    const graph = await modelGraph({ lake, hasher: sha256 }, project);
    const catalog = await readCatalog(lake, project, graph, describedTables(project), await lake.tables());
    return { catalog: inSnakeCase(catalog) };
  } catch (error) {
    return { catalog: null, catalog_errors: problemsOf(error, 'catalog') };
  }
}

/** Keys of objects, at any depth: none of them is a name that somebody gave. */
function inSnakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inSnakeCase);
  if (typeof value !== 'object' || value === null) return value;
  const named = ([key, one]: [string, unknown]) => [
    key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    inSnakeCase(one),
  ];
  return Object.fromEntries(Object.entries(value).map(named));
}
