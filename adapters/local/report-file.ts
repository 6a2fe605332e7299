import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { ReportStore } from '../../core/ports.ts';
import { type LoadRenderer, Renderer } from '../shared/renderer.ts';

/** Whole or not at all: a reader never sees half a report. */
export function reportFile(path: string, load: LoadRenderer): ReportStore {
  const renderer = new Renderer(load);
  return {
    prepare: () => renderer.prepare(),
    // A question here takes less than looking for its answer would.
    answers: (questions, ask) => ask(questions),
    async write(input) {
      const page = await renderer.render(input);
      await mkdir(dirname(path), { recursive: true });
      const draft = `${path}.new`;
      await writeFile(draft, page);
      await rename(draft, path);
      return resolve(path);
    },
  };
}
