import { isAlias, isMap, isNode, isScalar, isSeq, type Pair, type YAMLMap } from 'yaml';
import { keyText } from './nodes.ts';
import type { Path } from './types.ts';

/** A mistake of the YAML itself, at an offset of the text. */
export interface Flaw {
  readonly code: string;
  readonly message: string;
  readonly offset: number;
}

export interface PlainValue {
  readonly value: unknown;
  readonly flaws: readonly Flaw[];
  /** Paths whose value is unknown (an alias); they stand as null in `value`. */
  readonly opaque: readonly Path[];
}

/** Turns YAML nodes into plain data, refusing what has no place in a configuration file: aliases, anchors, duplicate keys, keys that are not text. */
export function plainValue(root: unknown): PlainValue {
  const flaws: Flaw[] = [];
  const opaque: Path[] = [];
  const value = convert(root, []);
  return { value, flaws, opaque };

  function convert(node: unknown, path: Path): unknown {
    refuseAnchor(node);
    if (isMap(node)) return convertMap(node, path);
    if (isSeq(node)) return node.items.map((item, index) => convert(item, [...path, index]));
    if (isScalar(node)) return node.value;
    if (isAlias(node)) return refuseAlias(node.source, offset(node), path);
    return null;
  }

  function convertMap(map: YAMLMap, path: Path): Record<string, unknown> {
    const entries = new Map<string, unknown>();
    for (const pair of map.items) {
      const key = readKey(pair, map);
      if (key === undefined) continue;
      if (entries.has(key)) {
        flaws.push({ code: 'duplicate-key', message: `the key "${key}" is given twice`, offset: offset(pair.key) });
      } else {
        entries.set(key, convert(pair.value, [...path, key]));
      }
    }
    return Object.fromEntries(entries);
  }

  function readKey(pair: Pair, map: YAMLMap): string | undefined {
    refuseAnchor(pair.key);
    const key = keyText(pair.key);
    if (key !== undefined && key !== '') return key;
    const offsetOfKey = isNode(pair.key) ? offset(pair.key) : offset(map);
    flaws.push({ code: 'bad-key', message: 'a key must be text', offset: offsetOfKey });
    return undefined;
  }

  function refuseAnchor(node: unknown): void {
    if (!isNode(node) || isAlias(node) || !('anchor' in node) || node.anchor === undefined) return;
    const message = `the anchor &${node.anchor} is not supported, write the value out where it is needed`;
    flaws.push({ code: 'yaml-anchor', message, offset: offset(node) });
  }

  function refuseAlias(name: string, at: number, path: Path): null {
    const message = `the alias *${name} is not supported, write the value out`;
    flaws.push({ code: 'yaml-alias', message, offset: at });
    opaque.push(path);
    return null;
  }
}

function offset(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}
