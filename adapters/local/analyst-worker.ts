/** The thread behind `localAnalyst`: one analysis, then it ends. */

import { parentPort, workerData } from 'node:worker_threads';
import { conclude } from '../../core/analyses/methods.ts';
import type { Analysis } from '../../core/analyses/types.ts';
import { LandfallError } from '../../core/problems.ts';
import type { ResultTable } from '../../core/tabular.ts';
import type { Answer } from './analyst.ts';

const { analysis, answer } = workerData as { analysis: Analysis; answer: ResultTable };

function message(): Answer {
  try {
    return { conclusion: conclude(analysis, answer) };
  } catch (error) {
    if (error instanceof LandfallError) return { problems: error.problems };
    throw error;
  }
}

parentPort?.postMessage(message());
