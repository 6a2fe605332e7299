// A thread that reads files: main sends { id, path, packed }, and gets { id, content } or { id, error }.
import { parentPort } from 'node:worker_threads';
import { readContent } from '../shared/content.mjs';

parentPort?.on('message', async ({ id, path, packed }) => {
  try {
    parentPort?.postMessage({ id, content: await readContent(path, packed) });
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
    parentPort?.postMessage({ id, error: { code, message } });
  }
});
