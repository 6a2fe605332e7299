/** What of a deployed stage's quarantine comes to a laptop, and what goes back. */

import { beforeEach, describe, expect, it } from '@jest/globals';
import { deployedQuarantine } from '../../../adapters/aws/quarantine.ts';
import type { Stage } from '../../../adapters/aws/stage.ts';
import { loadProject } from '../../../adapters/local/project.ts';
import { BOOKS } from '../../../core/books.ts';
import type { Contract, TableContract } from '../../../core/contracts/types.ts';
import type { ResultTable, Value } from '../../../core/tabular.ts';
import { MemoryObjects } from '../../support/aws-twins.ts';
import { MemoryFacts } from '../../support/memory-facts.ts';

const project = await loadProject();
const contract = project.contracts.find(({ dataset }) => dataset === 'app-installs') as Contract;
const tableOf = (name: string) => contract.tables.find((table) => table.name === name) as TableContract;

const CSV = 'app-installs/accounts_provisioned_1.csv';
const NDJSON = 'app-installs/sections/1.ndjson';
const HEADER = ['created', 'app_id', 'district_id', 'district_size', 'accounts_provisioned'];

const bad = (
  file: string,
  table: string,
  row: number,
  column: string | null,
  reason: string,
  raw: string,
  load: number,
) =>
  ({
    dataset: 'app-installs',
    table_name: table,
    source_file: file,
    row_number: row,
    column_name: column,
    reason,
    raw_row: raw,
    load_id: load,
    status: 'open',
  }) satisfies Record<string, Value>;
const BAD = [
  bad(CSV, 'installs', 2, 'district_size', 'below 0', '2020-01-31,a,b,-5,"7"', 3),
  bad(CSV, 'installs', 2, 'accounts_provisioned', 'no integer', '2020-01-31,a,b,-5,"7"', 3),
  bad(CSV, 'installs', 4, null, 'no record', '"cut', 3),
  bad(NDJSON, 'sections', 1, 'class_id', 'required', '{"data": {"id": null, "students": ["x"]}}', 4),
];
const LOADS = [
  {
    load_id: 3,
    dataset: 'app-installs',
    table_name: 'installs',
    source_file: CSV,
    content_hash: 'h3',
    status: 'loaded',
  },
  {
    load_id: 4,
    dataset: 'app-installs',
    table_name: 'sections',
    source_file: NDJSON,
    content_hash: 'h4',
    status: 'loaded',
  },
];

let landing: MemoryObjects;
let asked: string[];
beforeEach(() => {
  [landing, asked] = [new MemoryObjects('landing'), []];
});

function answer(sql: string): ResultTable {
  asked.push(sql);
  const book = sql.includes('FROM ops.quarantine') ? 'quarantine' : 'loads';
  const table = /table_name = '(\w+)'/.exec(sql)?.[1];
  const names = Object.keys(BOOKS[book]);
  const rows: readonly Readonly<Record<string, Value>>[] = book === 'quarantine' ? BAD : LOADS;
  return {
    columns: names.map((name) => ({ name, type: 'string' })),
    rows: rows.filter((row) => row['table_name'] === table).map((row) => names.map((name) => row[name] ?? null)),
  };
}

function place() {
  const version = { contentHash: 'h', arrivedAt: 0, batchId: 'b' };
  const stage = {
    landing,
    facts: new MemoryFacts(),
    athena: { read: async (sql: string) => answer(sql) },
    ledger: {
      files: async () => [
        { dataset: 'app-installs', key: CSV, current: { ...version, table: 'installs', loadId: 3, header: HEADER } },
        { dataset: 'app-installs', key: NDJSON, current: { ...version, table: 'sections', loadId: 4, header: null } },
        { dataset: 'app-installs', key: 'refused', current: null },
      ],
    },
  };
  return deployedQuarantine(stage as unknown as Stage, 'next');
}

describe('rows of a deployed quarantine', () => {
  it('have the fields of their raw rows, under the header that the ledger keeps of their file', async () => {
    const rows = await place().ask((lake) => lake.rows(contract, tableOf('installs'), ['open']));
    // In the contract's order, not the file's.
    expect(rows).toEqual([
      {
        ...{ sourceFile: CSV, rowNumber: 2, loadId: 3, contentHash: 'h3', status: 'open', nested: new Set() },
        reasons: 'accounts_provisioned: no integer; district_size: below 0',
        ...{ raw: '2020-01-31,a,b,-5,"7"', fields: ['a', 'b', '-5', '7', '2020-01-31'] },
      },
      {
        ...{ sourceFile: CSV, rowNumber: 4, loadId: 3, contentHash: 'h3', status: 'open', nested: new Set() },
        ...{ reasons: 'no record', raw: '"cut', fields: null },
      },
    ]);
    expect(asked.every((sql) => sql.includes("dataset = 'app-installs' AND table_name = 'installs'"))).toBe(true);
    expect(asked[0]).toContain("status IN ('open')");
  });

  it('of JSON need no header', async () => {
    const [row] = await place().ask((lake) => lake.rows(contract, tableOf('sections'), ['open', 'replayed']));
    expect(row).toMatchObject({ loadId: 4, contentHash: 'h4', rowNumber: 1 });
    expect(row?.fields).toContain('["x"]');
  });

  it('know the columns that the lake has learnt', async () => {
    expect(await place().ask((lake) => lake.learnt())).toEqual(new Map());
  });
});

describe('the landing bucket', () => {
  const replay = {
    folder: 'app-installs/_replay/installs/abc',
    files: new Map([
      ['one.csv', 'a\n'],
      ['2/one.csv', 'b\n'],
    ]),
    ...{ rows: 2, unchanged: 0, repeated: 0 },
  };

  it('takes replay files as new objects, and never writes over one', async () => {
    const { zone } = place();
    await landing.put(`${replay.folder}/one.csv`, 'there before');
    await zone.write(replay);
    expect((await landing.text(`${replay.folder}/one.csv`))?.text).toBe('there before');
    expect((await landing.text(`${replay.folder}/2/one.csv`))?.text).toBe('b\n');
    await landing.put('app-installs/_replay/sections/x/one.ndjson', '');
    const found: string[] = [];
    for await (const { key, text } of zone.files(contract, tableOf('installs'))) found.push(`${key} ${text}`);
    expect(found.sort()).toEqual([`${replay.folder}/2/one.csv b\n`, `${replay.folder}/one.csv there before`]);
  });

  it('takes no mended rows of a table that each file replaces', async () => {
    const kiosk = project.contracts.find(({ dataset }) => dataset === 'kiosk-sales') as Contract;
    const products = kiosk.tables.find(({ load }) => load === 'replace') as TableContract;
    await expect(place().zone.check(kiosk, products)).rejects.toMatchObject({
      problems: [{ code: 'not-on-aws', hint: 'drop the whole file again with its rows mended' }],
    });
    await place().zone.check(contract, tableOf('installs'));
  });
});
