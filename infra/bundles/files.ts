/** What bundled code reads at run time: it lies in the bundle where it lies in the repository, seen from the root. */

import { LandfallError } from '../../core/problems.ts';

const VEGA = ['vega', 'vega-lite', 'vega-embed'].flatMap((name) => [
  `node_modules/${name}/build/${name}.min.js`,
  `node_modules/${name}/LICENSE`,
]);

/** Folders of a project. */
export const PROJECT: readonly string[] = ['contracts', 'queries'];

/** By the source that reads them: files and folders. */
const READ_BY: Readonly<Record<string, readonly string[]>> = {
  'adapters/local/project.ts': PROJECT,
  'adapters/local/lake/macros.ts': ['adapters/local/trino-macros.sql'],
  'adapters/local/content-readers.ts': ['adapters/local/content-worker.mjs', 'adapters/shared/content.mjs'],
  'adapters/local/workflow.ts': ['workflow/pipeline.asl.json'],
  'dashboard/assets.ts': ['dashboard/assets', ...VEGA],
};

/** Sources that start a thread of `analyst-worker.mjs`, which then stands beside `index.mjs`. */
export const ANALYST = 'adapters/local/analyst.ts';

/**
 * @param sources of one bundle, relative to the root
 * @param looksAround those of them that ask where they stand
 * @throws LandfallError where nobody has said what a source reads there
 */
export function filesReadBy(sources: readonly string[], looksAround: ReadonlySet<string>): string[] {
  const unknown = sources.filter((source) => looksAround.has(source) && !Object.hasOwn(READ_BY, source));
  if (unknown.length > 0) {
    throw new LandfallError(
      unknown.map((file) => ({
        code: 'unknown-file',
        file,
        message: 'a function is bundled with this, which asks where it stands (import.meta.url)',
        hint: 'say in infra/bundles/files.ts what it reads there, or keep it out of the function',
      })),
    );
  }
  return sources.flatMap((source) => READ_BY[source] ?? []);
}
