/** The name that a column gets in its table where the contract does not name it: told by its header alone. */

import { snakeCase } from '../../infer/names.ts';
import { SYSTEM_COLUMNS } from '../reserved.ts';
import type { TableContract } from '../types.ts';

/** As the contract's own. */
const LEGAL = /^[a-z][a-z0-9_]{0,62}$/;
const LONGEST = 50;

/**
 * The header itself where it is a name for a column; otherwise its letters and digits, in lower case, joined by `_`. Where
 * signs are lost that may tell it from another, a checksum of the header follows. It depends on no other file, so that it
 * is the same in whatever order files arrive, and a name stays itself.
 */
export function columnName(table: TableContract, header: string): string {
  let name = legalName(header);
  while (isTaken(table, name)) name = `extra_${name}`.slice(0, 63);
  return name;
}

/** Whether the contract or the engine has a column, or the contract a header, of that name. */
export function isTaken({ columns }: TableContract, name: string): boolean {
  if (SYSTEM_COLUMNS.has(name)) return true;
  return columns.some(
    ({ name: own, source, evolved }) =>
      evolved !== true && (own === name || (source.kind === 'header' && source.name === name)),
  );
}

function legalName(header: string): string {
  if (LEGAL.test(header)) return header;
  const name = snakeCase(header, 'column');
  const plain = header.normalize('NFKD').replace(/\p{M}/gu, '');
  const isWhole = /[A-Za-z0-9]/.test(plain) && name.length <= LONGEST && /^[A-Za-z0-9 _./()%-]+$/.test(plain);
  return isWhole ? name : `${name.slice(0, LONGEST)}_${checksum(header)}`;
}

/** FNV-1a, of 32 bits, in hexadecimal. */
function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}
