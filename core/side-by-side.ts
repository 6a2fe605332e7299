/**
 * Works on several things at a time, and never on more of them.
 *
 * @param most at a time
 * @returns what came of each, in the order of the items
 * @throws what one that failed threw: nothing more was begun then, and what was under way has ended
 */
export async function sideBySide<Item, Result>(
  items: Iterable<Item>,
  most: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const isReady = () => true;
  await asReady([...items].entries(), isReady, most, async ([index, item]) => {
    results[index] = await work(item);
  });
  return results;
}

/**
 * Works on whatever is ready, the first of it first and a few at a time: what is done may make more ready.
 *
 * @param isReady asked anew whenever something more may be begun; what never is is left
 * @param most at a time
 * @throws what one that failed threw: nothing more was begun then, and what was under way has ended
 */
export async function asReady<Item>(
  items: Iterable<Item>,
  isReady: (item: Item) => boolean,
  most: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = new Set(items);
  const running = new Set<Promise<void>>();
  // Two may end at the same moment: a failure is kept, as a race tells of the first of them only.
  const failures: unknown[] = [];
  const begin = () => {
    for (const item of waiting) {
      if (running.size >= most || failures.length > 0) return;
      if (!isReady(item)) continue;
      waiting.delete(item);
      const own = work(item)
        .catch((error: unknown) => void failures.push(error))
        .finally(() => running.delete(own));
      running.add(own);
    }
  };
  for (begin(); running.size > 0; begin()) await Promise.race(running);
  if (failures.length > 0) throw failures[0];
}
