/** A stage's stacks as the command line would make them, with the settings of cdk.json. */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { emptyColumns } from '../../adapters/local/empty-lake.ts';
import { loadProject } from '../../adapters/local/project.ts';
import { DEFINITION } from '../../adapters/local/workflow.ts';
import type { Project } from '../../core/project.ts';
import type { Bundles } from '../../infra/bundles/bundle.ts';
import { readSettings } from '../../infra/config.ts';
import { addStacks, type Stacks } from '../../infra/landfall.ts';
import { PIPELINE_VERBS } from '../../infra/pipeline/functions.ts';
import { CONTEXT, type Context } from './context.ts';

// Validation takes most of a synthesis' time; the test of cdk-nag has it on.
process.env['CDK_VALIDATION'] ??= 'false';

export interface Stage {
  readonly app: App;
  readonly stacks: Stacks;
  readonly project: Project;
}

const opened = new Map<string, Promise<Stage>>();

/** Of what is shipped, made once for each context: nothing is to be added to its stacks. */
export function openStage(context: Context = {}, project?: Project): Promise<Stage> {
  if (project !== undefined) return makeStage(context, project);
  const key = JSON.stringify(context);
  const found = opened.get(key) ?? shippedProject().then((own) => makeStage(context, own));
  opened.set(key, found);
  return found;
}

async function makeStage(context: Context, project: Project): Promise<Stage> {
  const app = new App({ context: { ...CONTEXT, ...context } });
  const settings = readSettings((name) => app.node.tryGetContext(name));
  const definition = readFileSync(DEFINITION, 'utf8');
  const columns = await columnsOf(project);
  const stacks = addStacks(app, { settings, project, bundles: BUNDLES, definition, columns });
  return { app, stacks, project };
}

let shipped: Promise<Project> | undefined;

/** Read once: parsing it takes as long as making the stacks of it. */
function shippedProject(): Promise<Project> {
  shipped ??= loadProject();
  return shipped;
}

const known = new Map<string, ReturnType<typeof emptyColumns>>();

/** Asked of an engine once. */
function columnsOf(project: Project): ReturnType<typeof emptyColumns> {
  const key = JSON.stringify(project);
  const found = known.get(key) ?? emptyColumns(project);
  known.set(key, found);
  return found;
}

/** Bundling is tested by itself: here every function has the same file, and real ones would differ in it alone. */
const BUNDLES: Bundles = new Map(
  [...PIPELINE_VERBS, 'migrate', 'define'].map((verb) => [
    verb,
    {
      path: fileURLToPath(new URL('handlers/alone', import.meta.url)),
      hash: createHash('sha256').update(verb).digest('hex'),
      architecture: 'arm64',
      usesDuckdb: false,
      bytes: 1,
    },
  ]),
);

export async function templates(context: Context = {}, project?: Project) {
  const stage = await openStage(context, project);
  return {
    ...stage,
    storage: Template.fromStack(stage.stacks.storage),
    catalog: Template.fromStack(stage.stacks.catalog),
    pipeline: Template.fromStack(stage.stacks.pipeline),
    monitoring: Template.fromStack(stage.stacks.monitoring),
    warehouse: Template.fromStack(stage.stacks.warehouse),
  };
}

/** What a template has at a path; undefined where it has nothing. */
export function at<T>(tree: unknown, ...path: readonly string[]): T {
  return path.reduce<unknown>((node, name) => (node as Record<string, unknown> | undefined)?.[name], tree) as T;
}
