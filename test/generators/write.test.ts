import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { learnplatform } from '../../generators/learnplatform.ts';
import type { Generator } from '../../generators/types.ts';
import { type WriteProgress, writeDataset } from '../../generators/write.ts';
import { filesOf, textOf } from './sample.ts';

let out = '';
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'landfall-generators-'));
});
afterEach(() => rm(out, { recursive: true, force: true }));

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe('writeDataset', () => {
  it('writes every file whole, and says what it wrote', async () => {
    const result = await writeDataset(learnplatform, { out, scale: 0.003, seed: 4 });

    const files = filesOf(0.003, 4);
    const paths = await filesUnder(out);
    expect(paths.sort()).toEqual(files.map(({ path }) => join(out, 'learnplatform', path)).sort());
    for (const file of files) {
      expect(await readFile(join(out, 'learnplatform', file.path), 'utf8')).toBe(textOf(file));
    }
    const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
    expect(result).toEqual({
      files: files.length,
      rows: files.reduce((sum, file) => sum + file.rows, 0),
      bytes: sizes.reduce((sum, size) => sum + size, 0),
    });
  });

  it('tells its progress after every file', async () => {
    const seen: WriteProgress[] = [];
    const result = await writeDataset(learnplatform, {
      out,
      scale: 0.001,
      seed: 4,
      onProgress: (progress) => seen.push(progress),
    });

    expect(seen.map(({ files }) => files)).toEqual(seen.map((_, index) => index + 1));
    expect(seen.at(-1)).toMatchObject({ ...result, totalFiles: result.files, totalRows: result.rows });
    expect(seen[0]).toMatchObject({ path: 'districts_info.csv', files: 1 });
  });

  it('replaces files of the same name and leaves others alone', async () => {
    await writeDataset(learnplatform, { out, scale: 0.001, seed: 4 });
    const [mine, theirs] = [join(out, 'learnplatform', 'mine.csv'), join(out, 'learnplatform', 'products_info.csv')];
    await writeFile(mine, 'mine');
    await writeFile(theirs, 'spoiled');
    await writeDataset(learnplatform, { out, scale: 0.001, seed: 4 });

    expect(await readFile(mine, 'utf8')).toBe('mine');
    expect(await readFile(theirs, 'utf8')).toMatch(/^LP ID,/);
  });

  it('leaves neither half a file nor a temporary one where making it fails', async () => {
    const failing: Generator = {
      dataset: 'failing',
      published: 'nothing',
      sampleScale: 1,
      files: () => [
        {
          path: 'folder/data.csv',
          rows: 2,
          *chunks() {
            yield 'header\n';
            throw new Error('no more rows');
          },
        },
      ],
    };

    await expect(writeDataset(failing, { out, scale: 1, seed: 1 })).rejects.toThrow('no more rows');
    expect(await filesUnder(out)).toEqual([]);
  });

  it('refuses wrong options before it writes anything', async () => {
    await expect(writeDataset(learnplatform, { out, scale: -1, seed: 1 })).rejects.toMatchObject({ exitCode: 2 });
    expect(await readdir(out)).toEqual([]);
  });
});
