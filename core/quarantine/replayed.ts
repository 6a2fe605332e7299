import type { Contract, TableContract } from '../contracts/types.ts';
import type { ReplayZone } from './place.ts';
import { originOf, type Replayed } from './replay.ts';
import { readReplay } from './replay-files.ts';
import type { ReplayedRow } from './types.ts';

/** What the landing zone's replay files of a table stand for. */
export async function replayedRows(zone: ReplayZone, contract: Contract, table: TableContract): Promise<Replayed> {
  const found = new Map<string, ReplayedRow>();
  for await (const { key, text } of zone.files(contract, table)) {
    for (const { origin, fields, line } of readReplay(table, text)) {
      found.set(originOf(origin), { file: key, line, fields });
    }
  }
  return found;
}
