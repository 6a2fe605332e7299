import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { giveFiles } from '../../infra/bundles/same-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'landfall-same-files-'));
const [own, inner] = [join(folder, 'own'), join('inner', 'b')];

beforeAll(() => {
  mkdirSync(join(own, 'inner'), { recursive: true });
  writeFileSync(join(own, 'a'), 'one');
  writeFileSync(join(own, inner), 'two');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const contentsOf = (place: string) => ['a', inner].map((name) => readFileSync(join(place, name), 'utf8'));
const nodesOf = (place: string) => ['a', inner].map((name) => statSync(join(place, name)).ino);

describe('files that are given to another folder', () => {
  it('are there once', async () => {
    const other = join(folder, 'deep', 'other');
    await giveFiles(own, other);
    expect(contentsOf(other)).toEqual(['one', 'two']);
    expect(nodesOf(other)).toEqual(nodesOf(own));
  });

  it('are copied onto another disk', async () => {
    const disk = '/dev/shm';
    if (!existsSync(disk) || statSync(disk).dev === statSync(own).dev) return;
    const other = mkdtempSync(join(disk, 'landfall-same-files-'));
    try {
      await giveFiles(own, other);
      expect(contentsOf(other)).toEqual(['one', 'two']);
      writeFileSync(join(other, 'a'), 'three');
      expect(contentsOf(own)).toEqual(['one', 'two']);
    } finally {
      rmSync(other, { recursive: true, force: true });
    }
  });

  it('never replace one that is there, which may be a link to what is given', async () => {
    const other = join(folder, 'full');
    await giveFiles(own, other);
    await expect(giveFiles(own, other)).rejects.toThrow('EEXIST');
    expect(contentsOf(own)).toEqual(['one', 'two']);
  });
});
