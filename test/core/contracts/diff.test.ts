/** Every kind of change: whom it breaks, and that files load again where it says so and nowhere else. */

import { describe, expect, it } from '@jest/globals';
import { diffContracts } from '../../../core/contracts/diff/diff.ts';
import { parseContract } from '../../../core/contracts/parse.ts';
import type { Contract } from '../../../core/contracts/types.ts';
import type { LedgerEntry } from '../../../core/loads.ts';
import { listDataset } from '../../../core/pipeline/listing.ts';
import type { Ports } from '../../../core/ports.ts';
import { BASE, changedBy, FILE, FILES, PAIRS } from '../../support/contract-pairs/index.ts';

function contractOf(text: string, file = FILE): Contract {
  const { contract, problems } = parseContract(text, file);
  if (contract === undefined) throw new Error(problems.map(({ line, message }) => `${line}: ${message}`).join('\n'));
  return contract;
}

const base = contractOf(BASE);

describe.each(PAIRS)('$what', (pair) => {
  const now = contractOf(changedBy(pair));
  const changes = diffContracts([base], [now]);

  it('is told, with whom it breaks and what becomes of loaded rows', () => {
    const seen = new Map<string, number>();
    const told = changes.map(({ code, column, breaks, effects }) => {
      const name = column === undefined ? code : `${code} ${column}`;
      const times = (seen.get(name) ?? 0) + 1;
      seen.set(name, times);
      return [times === 1 ? name : `${name} ${times}`, [Object.keys(breaks).sort(), effects]];
    });
    expect(Object.fromEntries(told)).toEqual(pair.says);
  });

  it('loads files again where it says so, as a run plans it', async () => {
    const ledger: LedgerEntry[] = [];
    for (const { file, table } of (await listed(base, [])).candidates) {
      const entry = (await listed(base, [])).tables.find((one) => one.table.name === table);
      ledger.push({ key: file.key, table, contentHash: '', planHash: entry?.planHash ?? '', fingerprint: '' });
    }
    expect(ledger.map(({ key }) => key).sort()).toEqual(Object.keys(FILES).sort());
    const { candidates } = await listed(now, ledger);
    const homes = new Map(ledger.map(({ key, table }) => [key, `${base.schema}.${table}`]));
    const again = new Set(candidates.map(({ file }) => homes.get(file.key)));
    const said = changes.filter(({ effects }) => effects.includes('reload')).flatMap(({ tables }) => tables);
    // Where a file moves to another table, that says so.
    const let_go = changes.filter(({ code }) => code === 'landing-changed').flatMap(({ tables }) => tables);
    const without = (tables: Iterable<string | undefined>) =>
      [...new Set(tables)].filter((table) => !let_go.includes(table ?? '')).sort();
    expect(without(again)).toEqual(without(said));
  });
});

/** What a run would look into. */
function listed(contract: Contract, ledger: readonly LedgerEntry[]) {
  const files = Object.keys(FILES).map((key) => ({ key, bytes: 1, modifiedAt: 0, fingerprint: '' }));
  const ports = {
    landing: { list: async () => files },
    lake: { ledger: async () => ledger },
    catalog: { headers: async () => new Map() },
    hasher: { hash: (text: string) => text },
    protection: { keyId: () => 'key' },
  } as unknown as Ports;
  return listDataset(ports, contract, { full: false });
}

describe('data sets', () => {
  const other = contractOf(BASE.replace('name: tea-trade', 'name: tea-shop'), 'contracts/tea-shop.odcs.yaml');

  it('that are new break nothing', () => {
    expect(diffContracts([base], [base, other])).toEqual([
      {
        code: 'dataset-added',
        dataset: 'tea-shop',
        tables: ['tea_shop.orders', 'tea_shop.visits', 'tea_shop.readings'],
        says: 'added',
        breaks: {},
        effects: ['publish'],
        loaded: 'files that it takes load',
      },
    ]);
  });

  it('that are gone break readers and senders', () => {
    const [change, ...more] = diffContracts([base, other], [base]);
    expect({ ...change, breaks: Object.keys(change?.breaks ?? {}) }).toMatchObject({
      code: 'dataset-removed',
      dataset: 'tea-shop',
      breaks: ['readers', 'senders'],
      effects: ['publish'],
    });
    expect(more).toEqual([]);
  });
});
