/** What `cdk` runs: the stacks of one stage, `-c stage=…`. */

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { App } from 'aws-cdk-lib';
import { emptyColumns } from '../adapters/local/empty-lake.ts';
import { loadProject, SHIPPED } from '../adapters/local/project.ts';
import { DEFINITION } from '../adapters/local/workflow.ts';
import { LandfallError } from '../core/problems.ts';
import { readArchitecture } from './bundles/architecture.ts';
import { bundleFunctions } from './bundles/bundle.ts';
import { readSettings } from './config.ts';
import { addStacks } from './landfall.ts';

/** As `--project` of the command line. */
const readProjectFolder = (value: unknown) => (value === undefined ? SHIPPED : resolve(String(value)));

try {
  const app = new App();
  const settings = readSettings((name) => app.node.tryGetContext(name));
  const folder = readProjectFolder(app.node.tryGetContext('project'));
  const project = await loadProject(folder);
  const [bundles, columns, definition] = await Promise.all([
    bundleFunctions(readArchitecture(app.node.tryGetContext('lambdaArch')), { project: folder }),
    emptyColumns(project),
    readFile(DEFINITION, 'utf8'),
  ]);
  addStacks(app, { settings, project, bundles, columns, definition });
  app.synth();
} catch (error) {
  if (!(error instanceof LandfallError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}
