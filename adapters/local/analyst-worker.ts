/** The thread behind `threadedAnalyst`: one clustering, then it ends. */

import { parentPort, workerData } from 'node:worker_threads';
import { runClustering } from '../../core/analyses/clustering.ts';
import type { Analysis } from '../../core/models/types.ts';
import { LandfallError } from '../../core/problems.ts';
import type { ResultTable } from '../../core/tabular.ts';
import type { Answer } from './analyst.ts';

const { analysis, input } = workerData as { analysis: Analysis; input: ResultTable };

function answer(): Answer {
  try {
    return { result: runClustering(analysis, input) };
  } catch (error) {
    if (error instanceof LandfallError) return { problems: error.problems };
    throw error;
  }
}

parentPort?.postMessage(answer());
