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
  const waiting = [...items].entries();
  let hasFailed = false;
  const worker = async () => {
    for (const [index, item] of waiting) {
      if (hasFailed) return;
      try {
        results[index] = await work(item);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: most }, worker));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return results;
}

/**
 * Works on whatever is ready, a few at a time: what is done may make more ready.
 *
 * @param next what is to be begun now, or undefined where nothing can be before something under way has ended
 * @param most at a time
 * @throws what one that failed threw: nothing more was begun then, and what was under way has ended
 */
export async function asReady<Item>(
  next: () => Item | undefined,
  most: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  try {
    for (;;) {
      while (running.size < most) {
        const item = next();
        if (item === undefined) break;
        const own = work(item).finally(() => running.delete(own));
        running.add(own);
      }
      if (running.size === 0) return;
      await Promise.race(running);
    }
  } finally {
    await Promise.allSettled(running);
  }
}
