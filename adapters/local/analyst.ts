/** Statistical work in threads of its own, so that it runs beside the engine's. */

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { ClusteringResult } from '../../core/analyses/clustering.ts';
import type { Analysis } from '../../core/models/types.ts';
import type { Analyst } from '../../core/ports.ts';
import { LandfallError, type Problem } from '../../core/problems.ts';
import type { ResultTable } from '../../core/tabular.ts';

/** What the thread answers. */
export type Answer = { readonly result: ClusteringResult } | { readonly problems: readonly Problem[] };

/** @param bundle the folder of `analyst-worker.mjs`, for threads take no TypeScript */
export function threadedAnalyst(bundle: string): Analyst {
  const file = pathToFileURL(join(bundle, 'analyst-worker.mjs'));
  return {
    cluster(analysis: Analysis, input: ResultTable): Promise<ClusteringResult> {
      return new Promise((resolve, reject) => {
        const worker = new Worker(file, { workerData: { analysis, input } });
        worker.once('message', (answer: Answer) => {
          if ('result' in answer) resolve(answer.result);
          else reject(new LandfallError(answer.problems));
        });
        worker.once('error', reject);
        worker.once('exit', () => reject(new Error(`the thread of analysis ${analysis.name} ended without an answer`)));
      });
    },
  };
}
