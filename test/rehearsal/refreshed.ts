/** How models were refreshed, as the books of runs tell it. */

import { loadProject } from '../../adapters/local/project.ts';
import type { NodeTime } from '../../core/pipeline/refresh.ts';
import type { Rehearsal } from './rehearsal.ts';

/** In a line: how often in which way, and which incremental models never by their changed rows alone. */
export async function refreshedIn({ athena, project }: Rehearsal): Promise<string> {
  const [, ...rows] = await athena.rows('SELECT details FROM ops.runs');
  const times = rows.flatMap(([details = '{}']) => (JSON.parse(details) as { models?: NodeTime[] }).models ?? []);
  const count = (mode: NodeTime['mode']) => times.filter((one) => one.mode === mode).length;
  const changed = new Set(times.filter(({ mode }) => mode === 'incremental').map(({ name }) => name));
  const { models } = await loadProject(project);
  const never = models.filter((one) => one.materialize === 'incremental' && !changed.has(one.table));
  return [
    `refreshed: ${count('view')} views, ${count('full')} tables as a whole, ${count('incremental')} by changed rows`,
    `by changed rows never: ${never.map(({ table }) => table).join(', ') || 'none that could be'}`,
  ].join('; ');
}
