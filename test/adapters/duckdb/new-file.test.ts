import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Database } from '../../../adapters/duckdb/database.ts';
import { makeFile } from '../../../adapters/duckdb/new-file.ts';

let root: string;
let file: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'landfall-new-file-'));
  file = join(root, 'lake.duckdb');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function scratch(name: string): string {
  const folder = join(root, name);
  mkdirSync(folder);
  return folder;
}

async function tablesIn(path: string): Promise<number> {
  const database = await Database.open({ file: path, readOnly: true, spill: null });
  try {
    return (await database.rows('SHOW TABLES')).length;
  } finally {
    database.close();
  }
}

it('makes an empty database, and leaves nothing else', async () => {
  await makeFile(file, scratch('one'));
  expect(await tablesIn(file)).toBe(0);
  expect(readdirSync(root).sort()).toEqual(['lake.duckdb', 'one']);
  expect(readdirSync(join(root, 'one'))).toEqual([]);
});

it('is one file, however many make it at once', async () => {
  const folders = ['one', 'two', 'three', 'four'].map(scratch);
  await Promise.all(folders.map((folder) => makeFile(file, folder)));
  expect(await tablesIn(file)).toBe(0);
  expect(folders.flatMap((folder) => readdirSync(folder))).toEqual([]);
});

it('leaves a file that is there as it is', async () => {
  writeFileSync(file, 'whatever it is');
  await makeFile(file, scratch('one'));
  expect(readFileSync(file, 'utf8')).toBe('whatever it is');
});

it('begins anew where a process of the same number was killed', async () => {
  const folder = scratch('one');
  writeFileSync(join(folder, 'new.duckdb'), 'half a file');
  await makeFile(file, folder);
  expect(await tablesIn(file)).toBe(0);
});

it('is told as a problem where it can not be made', async () => {
  const folder = scratch('one');
  mkdirSync(join(folder, 'new.duckdb'));
  const opened = Database.open({ file, readOnly: false, spill: folder });
  await expect(opened).rejects.toMatchObject({ problems: [{ code: 'engine-error' }] });
});

it('leaves the file to the engine where the disk has no links', async () => {
  const elsewhere = join(root, 'missing', 'lake.duckdb');
  const folder = scratch('one');
  await makeFile(elsewhere, folder);
  expect(readdirSync(folder)).toEqual([]);
  mkdirSync(join(root, 'missing'));
  const database = await Database.open({ file: elsewhere, readOnly: false, spill: null });
  database.close();
  expect(await tablesIn(elsewhere)).toBe(0);
});
