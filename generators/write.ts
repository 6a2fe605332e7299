import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { GeneratedFile, GenerateOptions, Generator } from './types.ts';

export interface WriteProgress {
  /** The file just finished, relative to `<out>/<dataset>/`. */
  readonly path: string;
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
  readonly totalFiles: number;
  readonly totalRows: number;
}

export interface WriteOptions extends GenerateOptions {
  /** The folder under which `<dataset>/` is made. */
  readonly out: string;
  /** Called after every file. */
  readonly onProgress?: (progress: WriteProgress) => void;
}

export interface WriteResult {
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Writes a data set's files, each under a temporary name first, so that whoever watches the folder never sees half a
 * file. Files of the same name are replaced; others in the folder stay.
 * @throws LandfallError where an option is out of range, or the file system's error
 */
export async function writeDataset(generator: Generator, options: WriteOptions): Promise<WriteResult> {
  const files = [...generator.files(options)];
  const totalRows = files.reduce((sum, file) => sum + file.rows, 0);
  let written: WriteResult = { files: 0, rows: 0, bytes: 0 };
  for (const file of files) {
    const bytes = await writeFile(join(options.out, generator.dataset, file.path), file);
    written = { files: written.files + 1, rows: written.rows + file.rows, bytes: written.bytes + bytes };
    options.onProgress?.({ path: file.path, ...written, totalFiles: files.length, totalRows });
  }
  return written;
}

async function writeFile(path: string, file: GeneratedFile): Promise<number> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.part`;
  try {
    // Opened before anything can fail: a stream that opens by itself may make its file after the removal below.
    const target = (await open(temporary, 'w')).createWriteStream();
    await pipeline(file.chunks(), target);
    await rename(temporary, path);
    return target.bytesWritten;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
