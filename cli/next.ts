/** What a person may do after a first run: said from what was loaded, whichever data sets those are. */

import { resolve } from 'node:path';
import { stateFolder } from '../adapters/local/state.ts';
import type { RunResult } from '../core/pipeline/finish.ts';
import type { Project } from '../core/project.ts';

const MOST_ROWS = 20;

export interface Place {
  /** Whether the run was on the reader's own files, not on the sample. */
  readonly own: boolean;
  /** The state folder, as it would be given on the command line. */
  readonly state: string;
}

export function nextSteps(
  result: Pick<RunResult, 'datasets' | 'report'>,
  project: Pick<Project, 'dashboards' | 'models'>,
  { own, state }: Place,
): string {
  const flag = own ? '' : ` --state ${state}`;
  const question = firstQuestion(result, project);
  const steps = [
    ...(result.report === null ? [] : [`open ${stateFolder(resolve(state)).report}`]),
    ...(question === undefined ? [] : [`npm run -s landfall -- query "${question}"${flag}`]),
    `npm run -s landfall -- status${flag}`,
    `npm run -s landfall -- warehouse${flag}   (for BI tools)`,
    own
      ? 'drop more files into landing/<data set>/ and run npm start again: only what is new is loaded'
      : 'drop your own files into landing/<data set>/ and run npm start again: the sample then stays apart',
  ];
  return `\nwhat to try next:\n${steps.map((step) => `  ${step}\n`).join('')}`;
}

/** What the report shows first of the first data set that has landed; undefined where none has a report. */
function firstQuestion(
  { datasets }: Pick<RunResult, 'datasets'>,
  { dashboards, models }: Pick<Project, 'dashboards' | 'models'>,
): string | undefined {
  const landed = datasets.filter(
    ({ status, filesLoaded, filesSkipped }) => status !== 'failed' && filesLoaded + filesSkipped > 0,
  );
  const panels = landed.flatMap(({ dataset }) => dashboards.find((board) => board.dataset === dataset)?.panels ?? []);
  const table = panels[0]?.model;
  if (table === undefined) return undefined;
  const model = models.find((one) => one.table === table);
  const order = model === undefined ? [] : 'rank' in model.columns ? ['rank'] : model.key;
  return `SELECT * FROM ${table}${order.length === 0 ? '' : ` ORDER BY ${order.join(', ')}`} LIMIT ${MOST_ROWS}`;
}
