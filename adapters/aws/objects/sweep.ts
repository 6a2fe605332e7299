import type { ObjectStore } from './types.ts';

/** Removes what lies under a prefix, all of it or the keys that go. @throws LandfallError `not-removed` */
export async function removeUnder(
  objects: Pick<ObjectStore, 'list' | 'remove'>,
  prefix: string,
  goes: (key: string) => boolean = () => true,
): Promise<void> {
  const keys: string[] = [];
  for await (const { key } of objects.list(prefix)) if (goes(key)) keys.push(key);
  if (keys.length > 0) await objects.remove(keys);
}
