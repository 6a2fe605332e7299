/** Replay files, and what they have to come to. */

import { createHash } from 'node:crypto';
import { expect } from '@jest/globals';
import type { Contract } from '../../core/contracts/types.ts';
import { TestLake } from './lake.ts';

const ORIGIN = '_source_file,_row_number,_content_hash';
const hash = (text: string) => createHash('sha256').update(text).digest('hex');

/** A replay file of rows of one version of a file. */
export const replayOf = (key: string, content: string, header: string, rows: Record<number, string>) =>
  `${ORIGIN},${header}${Object.entries(rows)
    .map(([number, row]) => `shop/${key},${number},${hash(content)},${row}\n`)
    .join('')}`;

export const STATUSES = `SELECT source_file, row_number, status FROM ops.quarantine
  WHERE status <> 'superseded' ORDER BY source_file, row_number`;
const clean = (name: string) => `SELECT * EXCLUDE (_load_id) FROM shop.${name} ORDER BY ALL`;

/** Loads what lies in a lake's landing folder into one of its own, and expects the same rows and statuses. */
export async function sameAsFresh(lake: TestLake, contract: Contract): Promise<void> {
  const names = contract.tables.map(({ name }) => name);
  const [mine, statuses] = [await Promise.all(names.map((name) => lake.rows(clean(name)))), await lake.rows(STATUSES)];
  const fresh = await TestLake.open(contract, { landing: lake.landing });
  try {
    await fresh.load();
    expect(await Promise.all(names.map((name) => fresh.rows(clean(name))))).toEqual(mine);
    expect(await fresh.rows(STATUSES)).toEqual(statuses);
  } finally {
    fresh.close();
  }
}
