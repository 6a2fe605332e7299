/** What `cdk` runs: the stacks of one stage, `-c stage=…`. */

import { readFile } from 'node:fs/promises';
import { App } from 'aws-cdk-lib';
import { emptyColumns } from '../adapters/local/empty-lake.ts';
import { loadProject } from '../adapters/local/project.ts';
import { DEFINITION } from '../adapters/local/workflow.ts';
import { LandfallError } from '../core/problems.ts';
import { readArchitecture } from './bundles/architecture.ts';
import { bundleFunctions } from './bundles/bundle.ts';
import { readSettings } from './config.ts';
import { addStacks } from './landfall.ts';

try {
  const app = new App();
  const settings = readSettings((name) => app.node.tryGetContext(name));
  const project = await loadProject();
  const [bundles, columns, definition] = await Promise.all([
    bundleFunctions(readArchitecture(app.node.tryGetContext('lambdaArch'))),
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
