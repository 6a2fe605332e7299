import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { sideBySide } from '../../core/side-by-side.ts';

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
