/** The unit tests of every model that Landfall ships. */

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ModelTests } from '../../adapters/local/model-tests.ts';
import { loadProject } from '../../adapters/local/project.ts';

const project = await loadProject();
let tests: ModelTests;
beforeAll(async () => {
  tests = await ModelTests.open(project);
});
afterAll(() => tests.close());

describe.each(project.models)('$table', (model) => {
  it('has a test', () => expect(model.tests.length).toBeGreaterThan(0));

  it.each(model.tests)('$name', async (test) => {
    const { missing, unexpected, error } = await tests.run(model, test);
    expect({ missing, unexpected, error }).toEqual({ missing: [], unexpected: [], error: null });
  });
});
