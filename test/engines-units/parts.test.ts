import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { withLock } from '../engines/install/lock.mjs';
import { isWhole, makePart, stampOf, sweep } from '../engines/install/parts.mjs';

let cache: string;
let folder: string;

beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'landfall-install-'));
  folder = join(cache, 'part');
});

afterEach(() => rmSync(cache, { recursive: true, force: true }));

const make = (stamp: string, content: string) =>
  makePart(folder, stamp, async (draft) => writeFileSync(join(draft, 'file'), content));

/** The id of a process that is no more. */
async function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'close');
  return child.pid ?? 0;
}

describe('a part', () => {
  test('is whole under its stamp alone, and replaces an older one', async () => {
    expect(isWhole(folder, 'a')).toBe(false);
    await make('a', 'old');
    expect([isWhole(folder, 'a'), isWhole(folder, 'b')]).toEqual([true, false]);
    await make('b', 'new');
    expect([isWhole(folder, 'a'), isWhole(folder, 'b')]).toEqual([false, true]);
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('new');
    expect(readdirSync(cache)).toEqual(['part']);
  });

  test('that fails leaves what was there', async () => {
    await make('a', 'old');
    const failing = makePart(folder, 'b', async (draft) => {
      writeFileSync(join(draft, 'file'), 'half');
      throw new Error('broken');
    });
    await expect(failing).rejects.toThrow('broken');
    expect(isWhole(folder, 'a')).toBe(true);
    expect(readdirSync(cache)).toEqual(['part']);
  });

  test('has another stamp when a pin changes', () => {
    expect(stampOf([1, { sha256: 'a' }])).not.toBe(stampOf([1, { sha256: 'b' }]));
  });
});

describe('sweeping', () => {
  test('removes what killed installs left and parts that are none any longer, and nothing else', async () => {
    await make('a', 'kept');
    const dead = await deadProcess();
    const gone = [`.part.new-${dead}`, `.file.part-${dead}`, 'dropped'];
    const kept = [`.part.new-${process.pid}`, '.ssh', 'documents'];
    for (const name of [...gone, ...kept]) mkdirSync(join(cache, name));
    writeFileSync(join(cache, 'dropped', '.stamp'), 'a');
    sweep(cache, ['part']);
    expect(readdirSync(cache).sort()).toEqual([...kept, 'part'].sort());
  });

  test('a folder that is absent is no mistake', () => expect(() => sweep(join(cache, 'absent'), [])).not.toThrow());
});

describe('the lock', () => {
  const quiet = () => {};

  test('lets one after the other work, and is gone afterwards, failed or not', async () => {
    const order: string[] = [];
    const said: string[] = [];
    const work = (name: string) => async () => {
      order.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      order.push(`${name} ends`);
      if (name === 'a') throw new Error('failed');
    };
    const both = await Promise.allSettled(
      ['a', 'b'].map((name) => withLock(cache, (line) => said.push(line), work(name))),
    );
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
    expect(said).toEqual([`waiting for another install, which holds ${join(cache, '.lock')}`]);
    expect(existsSync(join(cache, '.lock'))).toBe(false);
  });

  test('of a process that is no more is taken over', async () => {
    writeFileSync(join(cache, '.lock'), String(await deadProcess()));
    expect(await withLock(cache, quiet, async () => 'done')).toBe('done');
  });

  test('so is one without a heartbeat, whoever has its number now', async () => {
    const path = join(cache, '.lock');
    writeFileSync(path, String(process.pid));
    utimesSync(path, new Date(0), new Date(0));
    expect(await withLock(cache, quiet, async () => 'done')).toBe('done');
  });
});
