import { isMap, isNode, isPair, isScalar, isSeq, type ParsedNode, type YAMLMap } from 'yaml';
import type { Path, PlaceKind } from './types.ts';

/** A key's text as it is written, so that `1`, `yes` and `null` are the keys "1", "yes" and "null"; undefined for a key that is a list or a map. */
export function keyText(key: unknown): string | undefined {
  if (!isScalar(key)) return undefined;
  return typeof key.value === 'string' ? key.value : (key.source ?? '');
}

/** The offset at which `path` stands, or its nearest ancestor where the file has no such path. */
export function offsetOf(root: ParsedNode | null, path: Path, kind: PlaceKind): number {
  let node: unknown = root;
  let keyOffset = startOf(root, 0);
  let offset = keyOffset;
  for (const step of path) {
    const next = child(node, step);
    if (next === undefined) return offset;
    keyOffset = next.key === undefined ? startOf(next.value, offset) : startOf(next.key, offset);
    offset = startOf(next.value, keyOffset);
    node = next.value;
  }
  return kind === 'key' ? keyOffset : offset;
}

function child(node: unknown, step: string | number): { key?: unknown; value: unknown } | undefined {
  if (isMap(node)) {
    const pair = (node as YAMLMap).items.find((item) => isPair(item) && keyText(item.key) === String(step));
    return pair === undefined ? undefined : { key: pair.key, value: pair.value };
  }
  return isSeq(node) && typeof step === 'number' && step < node.items.length ? { value: node.items[step] } : undefined;
}

/** An empty value has no place of its own: it stands where its key does. */
function startOf(node: unknown, otherwise: number): number {
  if (!isNode(node) || !node.range) return otherwise;
  return node.range[0] === node.range[1] ? otherwise : node.range[0];
}
