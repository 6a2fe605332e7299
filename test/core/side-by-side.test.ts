import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { asReady, sideBySide } from '../../core/side-by-side.ts';

it('gives results in the order of the items, with as many at a time as it may', async () => {
  let [busy, most] = [0, 0];
  const found = await sideBySide([30, 5, 20, 1], 2, async (time) => {
    busy += 1;
    most = Math.max(most, busy);
    await sleep(time);
    busy -= 1;
    return time * 2;
  });
  expect(found).toEqual([60, 10, 40, 2]);
  expect(most).toBe(2);
  expect(await sideBySide([], 2, async () => 1)).toEqual([]);
});

it('begins nothing more behind a failure, and waits for what is under way', async () => {
  const ended: number[] = [];
  const work = async (item: number) => {
    await sleep(item === 2 ? 1 : 30);
    if (item === 2) throw new Error('no');
    ended.push(item);
  };
  await expect(sideBySide([1, 2, 3, 4], 2, work)).rejects.toThrow('no');
  expect(ended).toEqual([1]);
});

it('fails where one fails in the moment in which another ends', async () => {
  const moment = Promise.resolve();
  const work = (item: number) => (item === 2 ? moment.then(() => Promise.reject(new Error('no'))) : moment);
  for (const items of [
    [1, 2],
    [2, 1],
    [1, 1, 2, 1],
  ])
    await expect(sideBySide(items, 4, work)).rejects.toThrow('no');
});

describe('what is ready', () => {
  /** Each is ready once what it waits for has ended. */
  const graph = new Map([
    ['a', []],
    ['b', ['a']],
    ['c', []],
    ['d', ['b', 'c']],
    ['e', ['f']],
  ]);

  async function play(most: number, work: (name: string) => Promise<void> = async () => undefined) {
    const ended = new Set<string>();
    const begun: string[] = [];
    let [busy, atOnce] = [0, 0];
    const isReady = (name: string) => graph.get(name)?.every((one) => ended.has(one)) === true;
    const playing = asReady(graph.keys(), isReady, most, async (name) => {
      begun.push(name);
      busy += 1;
      atOnce = Math.max(atOnce, busy);
      await sleep(1);
      await work(name).finally(() => {
        busy -= 1;
      });
      ended.add(name);
    });
    const failure = await playing.then(
      () => null,
      (error: Error) => error.message,
    );
    return { begun, ended: [...ended], atOnce, busy, failure };
  }

  it('is begun in its order, where it is one at a time', async () => {
    expect(await play(1)).toMatchObject({ begun: ['a', 'b', 'c', 'd'], atOnce: 1, failure: null });
  });

  it('is begun as soon as it is, and what never is is left', async () => {
    const slow = (name: string) => sleep(name === 'a' ? 30 : 1);
    expect(await play(4, slow)).toMatchObject({
      begun: ['a', 'c', 'b', 'd'],
      ended: ['c', 'a', 'b', 'd'],
      atOnce: 2,
      failure: null,
    });
  });

  it('is not begun behind a failure, and what is under way ends', async () => {
    const fails = async (name: string) => {
      if (name === 'c') throw new Error('no');
      await sleep(30);
    };
    expect(await play(4, fails)).toMatchObject({ begun: ['a', 'c'], ended: ['a'], busy: 0, failure: 'no' });
  });
});
