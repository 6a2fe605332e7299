/** Reads many files on all cores, and few ones without the cost of threads. */

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type Content, readContent } from '../shared/content.mjs';

/** Below this a thread takes longer to start than it saves. */
const WORTH_A_THREAD = 32 * 1024 * 1024;

interface Answer {
  readonly id: number;
  readonly content?: Content;
  readonly error?: { readonly code?: string; readonly message: string };
}

export class ContentReaders {
  private workers: Worker[] = [];
  private readonly waiting = new Map<number, { resolve: (content: Content) => void; reject: (error: Error) => void }>();
  private next = 0;

  /** @param bytes how much is to be read in all, at most */
  expect(bytes: number): void {
    if (this.workers.length > 0 || bytes < WORTH_A_THREAD) return;
    this.workers = Array.from({ length: availableParallelism() }, () => this.start());
  }

  async read(path: string, packed: boolean): Promise<Content> {
    const worker = this.workers[this.next % Math.max(1, this.workers.length)];
    if (worker === undefined) return readContent(path, packed);
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      worker.postMessage({ id, path, packed });
    });
  }

  close(): void {
    for (const worker of this.workers) void worker.terminate();
    this.workers = [];
  }

  private start(): Worker {
    const worker = new Worker(new URL('./content-worker.mjs', import.meta.url));
    worker.on('message', ({ id, content, error }: Answer) => {
      const waiter = this.waiting.get(id);
      this.waiting.delete(id);
      if (content !== undefined) waiter?.resolve(content);
      else waiter?.reject(Object.assign(new Error(error?.message), { code: error?.code }));
    });
    worker.on('error', (error) => {
      for (const { reject } of this.waiting.values()) reject(error);
      this.waiting.clear();
    });
    return worker;
  }
}
