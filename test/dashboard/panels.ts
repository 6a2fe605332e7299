/** Every value of a key anywhere below, as far as it is text; lists count item by item. */
export function values(node: unknown, key: string): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([name, value]) => [
    ...(name === key ? [value].flat().filter((one) => typeof one === 'string') : []),
    ...values(value, key),
  ]);
}
