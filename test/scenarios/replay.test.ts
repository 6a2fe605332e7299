/** Replay files in random sequences: what a person mended stands in the table, and quarantine knows, after a fresh load too. */

import { afterEach, it } from '@jest/globals';
import fc from 'fast-check';
import { column, contractOf, table } from '../support/contracts.ts';
import { TestLake } from '../support/lake.ts';
import { replayOf, sameAsFresh } from '../support/replay.ts';

const RUNS = 15 * Number(process.env['LANDFALL_PROPERTY_FACTOR'] ?? 1);

let lake: TestLake;
afterEach(() => lake?.close());

it('after any sequence of drops, corrections and replays, rows and statuses are those of a fresh load', async () => {
  const columns = [column('id', 'integer', { required: true }), column('note', 'string', { required: true })];
  const contract = contractOf(
    table('merged', columns, { load: 'merge', primaryKey: ['id'] }),
    table('appended', columns, { load: 'append', identity: ['id', 'note'] }),
    table('replaced', columns, { load: 'replace', primaryKey: ['id'] }),
  );
  const names = contract.tables.map(({ name }) => name);
  const step = fc.record({
    kind: fc.constantFrom('drop', 'drop', 'replay', 'replay', 'load'),
    table: fc.constantFrom(...names),
    file: fc.constantFrom('1', '2'),
    ids: fc.array(fc.constantFrom('1', '2', '3', 'x', 'y'), { maxLength: 5 }),
    pick: fc.nat(20),
    as: fc.constantFrom('1', '2', '4', 'z'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      lake?.close();
      lake = await TestLake.open(contract);
      /** Every version of every file of a table, replay files among them. */
      const dropped = new Map<string, { key: string; content: string; rows: number }[]>();
      const drop = (name: string, key: string, content: string, rows: number) => {
        lake.drop(key, content);
        dropped.set(name, [...(dropped.get(name) ?? []), { key, content, rows }]);
      };
      for (const [index, { kind, table: name, file, ids, pick, as }] of steps.entries()) {
        const versions = dropped.get(name)?.filter(({ rows }) => rows > 0) ?? [];
        const origin = versions[pick % Math.max(1, versions.length)];
        if (kind === 'load') await lake.load();
        // No two versions are alike: one that came before would keep its arrival.
        else if (kind === 'drop') {
          drop(
            name,
            `${name}/${file}.csv`,
            `id,note\n${ids.map((id) => `${id},${index % 3}\n`).join('')}9,v${index}\n`,
            ids.length,
          );
        } else if (origin !== undefined) {
          const rows = { [(pick % origin.rows) + 1]: `${as},${index % 3}` };
          drop(name, `_replay/${name}/${index}/1.csv`, replayOf(origin.key, origin.content, 'id,note\n', rows), 1);
        }
      }
      await lake.load();
      await sameAsFresh(lake, contract);
    }),
    { numRuns: RUNS },
  );
}, 120_000);
