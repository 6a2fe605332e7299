import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Bucket } from '../../../adapters/aws/objects/bucket.ts';
import type { StoredObject } from '../../../adapters/aws/objects/types.ts';
import { makeBucket, moto } from './stores.ts';

let bucket: Bucket;
let folder: string;

beforeAll(async () => {
  bucket = new Bucket(await makeBucket('objects'), moto());
  folder = mkdtempSync(join(tmpdir(), 'landfall-objects-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const all = async (prefix: string) => {
  const found: StoredObject[] = [];
  for await (const object of bucket.list(prefix)) found.push(object);
  return found;
};

it('keeps what is put, and tells it by its etag', async () => {
  const etag = await bucket.put('a/one.json', '{"größe": 1}', { contentType: 'application/json' });
  expect(await bucket.text('a/one.json')).toEqual({ text: '{"größe": 1}', etag });
  expect(etag).toMatch(/^[0-9a-f]+$/);
  expect(await bucket.head('a/one.json')).toMatchObject({ key: 'a/one.json', bytes: 14, etag });
  expect(await bucket.head('a/none')).toBeNull();
  expect(await bucket.text('a/none')).toBeNull();
  await expect(bucket.read('a/none')).rejects.toMatchObject({ problems: [{ code: 'no-such-object', file: 'a/none' }] });
});

describe('conditional writes', () => {
  it('only where there is none', async () => {
    expect(await bucket.put('if/absent', 'a', { onlyIf: 'absent' })).not.toBeNull();
    expect(await bucket.put('if/absent', 'b', { onlyIf: 'absent' })).toBeNull();
    expect((await bucket.text('if/absent'))?.text).toBe('a');
  });

  it('of writers that race one writes', async () => {
    const writers = Array.from({ length: 8 }, (_, index) => bucket.put('if/race', `${index}`, { onlyIf: 'absent' }));
    const etags = await Promise.all(writers);
    const winners = [...etags.keys()].filter((index) => etags[index] !== null);
    expect(winners).toHaveLength(1);
    expect(await bucket.text('if/race')).toEqual({ text: `${winners[0]}`, etag: etags[winners[0] ?? 0] });
  });

  it('only where it is still what it was', async () => {
    const first = await bucket.put('if/match', 'a');
    const second = await bucket.put('if/match', 'b', { onlyIf: { etag: first ?? '' } });
    expect(second).not.toBeNull();
    expect(await bucket.put('if/match', 'c', { onlyIf: { etag: first ?? '' } })).toBeNull();
    expect(await bucket.text('if/match')).toEqual({ text: 'b', etag: second });
    await bucket.remove(['if/match']);
    expect(await bucket.put('if/match', 'd', { onlyIf: { etag: second ?? '' } })).toBeNull();
  });
});

describe('files', () => {
  it.each([
    ['empty', 0],
    ['in one part', 1024 ** 2 + 1],
    ['in three parts', 40 * 1024 ** 2],
  ])('%s go up and come down as they are', async (name, bytes) => {
    const content = Buffer.alloc(bytes, 'landfall');
    const [from, to] = [join(folder, name), join(folder, `${name}.back`)];
    writeFileSync(from, content);
    await bucket.upload(`files/${name}`, from);
    const { etag = '', bytes: stored } = (await bucket.head(`files/${name}`)) ?? {};
    expect(stored).toBe(bytes);
    await bucket.download(`files/${name}`, to, etag);
    expect(content.equals(readFileSync(to))).toBe(true);
    truncateSync(from, 0);
  });

  it('that changed are not mistaken for what was listed, and leave nothing behind', async () => {
    const etag = (await bucket.put('files/x', 'before')) ?? '';
    await bucket.put('files/x', 'after');
    const path = join(folder, 'x');
    const changed = { problems: [{ code: 'object-changed', file: 'files/x' }] };
    await expect(bucket.download('files/x', path, etag)).rejects.toMatchObject(changed);
    await expect(bucket.read('files/x', { first: 0, last: 3 }, etag)).rejects.toMatchObject(changed);
    await bucket.remove(['files/x']);
    await expect(bucket.download('files/x', path, etag)).rejects.toMatchObject({
      problems: [{ code: 'no-such-object' }],
    });
    expect(() => readFileSync(path)).toThrow('ENOENT');
  });

  it('are read in part', async () => {
    await bucket.put('files/part', '0123456789');
    expect(await text(await bucket.read('files/part', { first: 2, last: 4 }))).toBe('234');
    expect(await text(await bucket.read('files/part', { first: 8, last: 100 }))).toBe('89');
    await bucket.put('files/nothing', '');
    expect(await buffer(await bucket.read('files/nothing', { first: 0, last: 100 }))).toHaveLength(0);
  });
});

describe('listings', () => {
  it('go on page by page, in the order of their keys, and end with the prefix', async () => {
    const keys = Array.from({ length: 1005 }, (_, index) => `many/${String(index).padStart(4, '0')}`);
    for (let first = 0; first < keys.length; first += 50) {
      await Promise.all(keys.slice(first, first + 50).map((key) => bucket.put(key, key)));
    }
    await bucket.put('many-more', '');
    expect((await all('many/')).map(({ key }) => key)).toEqual(keys);
    await bucket.remove(keys);
    expect(await all('many/')).toEqual([]);
  });

  it('have names as they are, whatever they are made of', async () => {
    const names = [
      "it's",
      'a b',
      'größe 数',
      'a+b',
      '%41',
      '{a,b}',
      '&<>"',
      '?x=1',
      '#',
      'b\\k',
      'a//b',
      'tab\tx',
      'e\u001b[31m',
    ];
    for (const name of names) await bucket.put(`names/${name}`, name);
    const found = await all('names/');
    expect(found.map(({ key }) => key).sort()).toEqual(names.map((name) => `names/${name}`).sort());
    for (const { key } of found) expect((await bucket.text(key))?.text).toBe(key.slice('names/'.length));
  });

  it('of one level tell folders from objects', async () => {
    for (const key of ['level/a/1', 'level/a/b/2', 'level/c d/3', 'level/4']) await bucket.put(key, '');
    const { folders, objects } = await bucket.level('level/');
    expect(folders).toEqual(['level/a/', 'level/c d/']);
    expect(objects.map(({ key }) => key)).toEqual(['level/4']);
  });
});

it('versions stay when an object is overwritten or removed, until it is erased', async () => {
  const etags = [await bucket.put('v/x', '1'), await bucket.put('v/x', '2')];
  await bucket.put('v/xy', 'another');
  await bucket.remove(['v/x', 'v/never']);
  const versions = await bucket.versions('v/x');
  expect(versions.map(({ isRemoval }) => isRemoval)).toEqual([true, false, false]);
  expect(versions.slice(1).map(({ etag }) => etag)).toEqual([etags[1], etags[0]]);
  await bucket.erase(['v/x']);
  expect(await bucket.versions('v/x')).toEqual([]);
  expect(await bucket.versions('v/xy')).toHaveLength(1);
});
