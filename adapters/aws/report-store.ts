import type { ReportStore } from '../../core/ports.ts';
import { type LoadRenderer, Renderer } from '../shared/renderer.ts';
import type { ObjectStore } from './objects/types.ts';

const HTML = { contentType: 'text/html; charset=utf-8' };

/** Each run's report stays; `index.html` is the one that was written last. */
export function reportBucket(objects: ObjectStore, load: LoadRenderer): ReportStore {
  const renderer = new Renderer(load);
  return {
    prepare: () => renderer.prepare(),
    async write(input) {
      const page = await renderer.render(input);
      const key = `runs/${input.runId}/index.html`;
      await objects.put(key, page, HTML);
      await objects.put('index.html', page, HTML);
      return `s3://${objects.bucket}/${key}`;
    },
  };
}
