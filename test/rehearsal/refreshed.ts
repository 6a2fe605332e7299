/** How models were refreshed, as the books of runs tell it. */

import { loadProject } from '../../adapters/local/project.ts';
import type { NodeTime } from '../../core/pipeline/refresh.ts';
import type { Rehearsal } from './rehearsal.ts';

export interface Refreshed {
  /** How often in which way, in words. */
  readonly told: string;
  /** Incremental models that no run refreshed by their changed rows alone. */
  readonly never: readonly string[];
}

export async function refreshedIn({ athena, project }: Rehearsal): Promise<Refreshed> {
  const [, ...rows] = await athena.rows('SELECT details FROM ops.runs');
  const times = rows.flatMap(([details = '{}']) => (JSON.parse(details) as { models?: NodeTime[] }).models ?? []);
  const count = (mode: NodeTime['mode']) => times.filter((one) => one.mode === mode).length;
  const changed = new Set(times.filter(({ mode }) => mode === 'incremental').map(({ name }) => name));
  const { models } = await loadProject(project);
  const never = models.filter((one) => one.materialize === 'incremental' && !changed.has(one.table));
  return {
    told: `refreshed: ${count('view')} views, ${count('full')} tables as a whole, ${count('incremental')} by changed rows`,
    never: never.map(({ table }) => table),
  };
}
