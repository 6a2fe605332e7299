/** Streams one object into one file, whole or not at all. */

import { open, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { LandfallError, TransientError } from '../../../core/problems.ts';
import { retried } from '../retry.ts';

interface Opened {
  readonly body: Readable;
  /** What the answer says that it has. */
  readonly bytes: number;
}

/** The line broke after the answer had begun: the SDK tries nothing again then. */
class CutOff extends TransientError {}

/**
 * @param ask for the object, anew with each try
 * @throws what `ask` throws; TransientError `object-cut-off` where the line broke each time; LandfallError `disk-full`
 */
export async function download(ask: () => Promise<Opened>, path: string): Promise<void> {
  try {
    await retried(
      () => once(ask, path),
      (error) => error instanceof CutOff,
    );
  } catch (error) {
    await rm(path, { force: true });
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    const hint = 'give the function more of /tmp, or the load fewer or smaller files';
    throw new LandfallError({ code: 'disk-full', file: path, message: 'no space is left on the disk', hint });
  }
}

async function once(ask: () => Promise<Opened>, path: string): Promise<void> {
  const { body, bytes } = await ask();
  const file = await open(path, 'w', 0o600);
  let got = 0;
  try {
    for await (const chunk of chunksOf(body, (why) => cutOff(path, got, bytes, why))) {
      await file.writeFile(chunk);
      got += chunk.length;
    }
  } finally {
    body.destroy();
    await file.close();
  }
  if (got !== bytes) throw cutOff(path, got, bytes, 'the answer ended');
}

/** What breaks the line is told apart from what happens to a chunk. */
async function* chunksOf(body: Readable, broken: (why: string) => Error): AsyncGenerator<Buffer> {
  try {
    yield* body as AsyncIterable<Buffer>;
  } catch (error) {
    throw broken(String(error));
  }
}

function cutOff(path: string, got: number, bytes: number, why: string): CutOff {
  const message = `${got} of ${bytes} bytes came: ${why}`;
  return new CutOff({ code: 'object-cut-off', file: path, message, hint: 'try again' });
}
