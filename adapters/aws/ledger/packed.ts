/** Values of any shape in one attribute, and items that fit. */

import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { LandfallError } from '../../../core/problems.ts';
import type { Item } from './table.ts';

/** Below this, packing saves nothing that is paid for. */
const WORTH_PACKING = 1024;
/** Bytes; DynamoDB takes 400 KB with the names of the attributes. */
const LARGEST_ITEM = 400 * 1024;
/** Of a number and of what each attribute has besides its value, at most. */
const OVERHEAD = 24;

/** JSON, packed where it is long: a header of 500 columns, which every version of a file has. */
export function packed(value: unknown): string | Uint8Array {
  const json = JSON.stringify(value);
  return json.length < WORTH_PACKING ? json : deflateRawSync(json);
}

export function unpacked(attribute: unknown): unknown {
  return JSON.parse(typeof attribute === 'string' ? attribute : inflateRawSync(attribute as Uint8Array).toString());
}

/** @returns bytes, as DynamoDB counts them, or a few more. @throws LandfallError `too-large-for-ledger` */
export function sizeOf(item: Item): number {
  const bytes = bytesOf(item);
  if (bytes <= LARGEST_ITEM) return bytes;
  const message = `${item.pk}: what is kept of it takes ${bytes} bytes, and the ledger takes ${LARGEST_ITEM}`;
  const hint = 'a file of so many, or such long, columns can not be loaded: split it';
  throw new LandfallError({ code: 'too-large-for-ledger', file: item.sk, message, hint });
}

function bytesOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (value instanceof Uint8Array) return value.length;
  if (typeof value !== 'object' || value === null) return OVERHEAD;
  return Object.entries(value).reduce((sum, [name, part]) => sum + OVERHEAD + name.length + bytesOf(part), 0);
}
