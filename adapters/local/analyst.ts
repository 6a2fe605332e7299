/** Statistical work in threads of its own where it takes its time, so that it runs beside the engine's. */

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Conclusion } from '../../core/analyses/method.ts';
import { conclude } from '../../core/analyses/methods.ts';
import type { Analysis } from '../../core/analyses/types.ts';
import type { Analyst } from '../../core/ports.ts';
import { LandfallError, type Problem } from '../../core/problems.ts';
import type { ResultTable } from '../../core/tabular.ts';

/** What the thread answers. */
export type Answer = { readonly conclusion: Conclusion } | { readonly problems: readonly Problem[] };

/** What follows from fewer rows is there before a thread would have started. */
const FEW_ROWS = 2000;

/** @param bundle the folder of `analyst-worker.mjs`; threads take no TypeScript, so without it there are none */
export function localAnalyst(bundle: string | undefined): Analyst {
  const file = bundle === undefined ? null : pathToFileURL(join(bundle, 'analyst-worker.mjs'));
  return {
    async conclude(analysis: Analysis, answer: ResultTable): Promise<Conclusion> {
      const isLong = analysis.kind === 'clustering' || answer.rows.length > FEW_ROWS;
      return isLong && file !== null ? inThread(file, analysis, answer) : conclude(analysis, answer);
    },
  };
}

function inThread(file: URL, analysis: Analysis, answer: ResultTable): Promise<Conclusion> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(file, { workerData: { analysis, answer } });
    worker.once('message', (message: Answer) => {
      if ('conclusion' in message) resolve(message.conclusion);
      else reject(new LandfallError(message.problems));
    });
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error(`the thread of analysis ${analysis.name} ended without an answer`)));
  });
}
