import { parseArgs } from 'node:util';
import { isPassed, type ModelTestResult, ModelTests } from '../../adapters/local/model-tests.ts';
import { loadProject } from '../../adapters/local/project.ts';
import { chosen } from '../../core/pipeline/session.ts';
import type { Project } from '../../core/project.ts';
import { counted } from '../../core/words.ts';
import { type Command, PROJECT } from '../command.ts';

export const test: Command = {
  help: `
usage: landfall test [--dataset NAME]… [--project DIR] [--json]

Runs the unit tests of models: the rows that each gives to its inputs, and the rows that are to come of them, by the
model's own SQL in an empty lake in memory. Nothing that was loaded is read or changed.

  --dataset   only this data set; may be given more than once; all by default
  --project   the folder with contracts/ and queries/; Landfall's own by default
  --json      print every test as JSON

exit codes: 0 all passed, 1 some failed, 2 wrong usage
`,
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        ...PROJECT,
        dataset: { type: 'string', multiple: true, default: [] },
        json: { type: 'boolean', default: false },
      },
    });
    const project = await loadProject(values.project);
    const datasets = chosen(project, values.dataset).map(({ dataset }) => dataset);
    const results = await runTests(project, datasets);
    const failed = results.filter((result) => !isPassed(result));
    process.stdout.write(values.json ? asJson(results) : `${failed.map(told).join('')}${summary(results, failed)}`);
    return failed.length === 0 ? 0 : 1;
  },
};

async function runTests(project: Project, datasets: readonly string[]): Promise<ModelTestResult[]> {
  const tests = await ModelTests.open(project);
  try {
    const results: ModelTestResult[] = [];
    for (const model of project.models.filter(({ dataset }) => datasets.includes(dataset))) {
      for (const one of model.tests) results.push(await tests.run(model, one));
    }
    return results;
  } finally {
    tests.close();
  }
}

function told({ model, test, missing, unexpected, error }: ModelTestResult): string {
  return [
    `${model.file}: ${model.table}: ${test.name}`,
    ...(error === null ? [] : [`  ${error.split('\n')[0]}`]),
    ...missing.map((row) => `  expected, and did not come:  ${JSON.stringify(row)}`),
    ...unexpected.map((row) => `  came, and was not expected:  ${JSON.stringify(row)}`),
    '',
  ].join('\n');
}

function summary(results: readonly ModelTestResult[], failed: readonly ModelTestResult[]): string {
  const models = new Set(results.map(({ model }) => model.table)).size;
  const passed = `${results.length - failed.length} of ${counted(results.length, 'test')}`;
  return `${passed} of ${counted(models, 'model')} passed\n`;
}

function asJson(results: readonly ModelTestResult[]): string {
  const rows = results.map((result) => {
    const { model, test, missing, unexpected, error } = result;
    return { model: model.table, test: test.name, passed: isPassed(result), missing, unexpected, error };
  });
  return `${JSON.stringify(rows, null, 2)}\n`;
}
