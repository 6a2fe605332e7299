/** Files that nobody prepared: their contract is sound, no row of them is lost, and what it can't promise stays text. */

import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseContract } from '../../core/contracts/parse.ts';
import type { Contract } from '../../core/contracts/types.ts';
import { Workspace } from '../support/cli.ts';

const ROWS = 40;
const lines = (header: string, row: (index: number) => string, end = '\n') =>
  `${[header, ...Array.from({ length: ROWS }, (_, index) => row(index))].join(end)}${end}`;
const objects = (row: (index: number) => unknown) =>
  Array.from({ length: ROWS }, (_, index) => `${JSON.stringify(row(index))}\n`).join('');
const day = (index: number) => String((index % 28) + 1).padStart(2, '0');

/** A file, the columns that are proposed of it, what its comments say, and how many rows go to quarantine. */
interface Odd {
  readonly content: string | Buffer;
  readonly columns: readonly string[];
  readonly says?: RegExp;
  readonly bad?: number;
}

const FILES: Readonly<Record<string, Odd>> = {
  'decimal.csv': {
    content: lines('id,price', (i) => `${i},"${i},5"`),
    columns: ['id integer', 'price string'],
    says: /decimal comma.*export them with a point/,
  },
  'thousands.csv': {
    content: lines('id,people', (i) => `${i},"${i + 1},234"`),
    columns: ['id integer', 'people string'],
    says: /between thousands.*export plain numbers/,
  },
  'money.csv': {
    content: lines('id,price', (i) => `${i},$${i}.50`),
    columns: ['id integer', 'price string'],
    says: /amounts with a currency sign/,
  },
  'answers.csv': {
    content: lines('id,enrolled,active', (i) => `${i},${i % 2 === 0 ? 'Y' : 'N'},${i % 3 === 0}`),
    columns: ['id integer', 'enrolled string', 'active boolean'],
    says: /true and false alone are booleans/,
  },
  'epochs.csv': {
    content: lines('id,created_at,seen_ms', (i) => `${i},${1_577_836_800 + i},${1_577_836_800_000 + i}`),
    columns: ['id integer', 'created_at bigint', 'seen_ms bigint'],
    says: /looks like seconds since 1970/,
  },
  'zulu.csv': {
    content: lines('id,at,there', (i) => `${i},2020-01-${day(i)}T10:00:00Z,2020-01-${day(i)}T10:00:00+0${i % 3}:00`),
    columns: [
      'id integer',
      'at timestamp',
      'there timestamp',
      'there_local_time timestamp',
      'there_utc_offset_hours double',
    ],
    says: /always UTC/,
  },
  'mixed.csv': {
    content: lines('id,when', (i) => (i % 2 === 0 ? `${i},2020-01-${day(i)}` : `${i},${day(i)}/01/2020`)),
    columns: ['id integer', 'when string'],
    says: /dates in more than one form/,
  },
  'american.csv': {
    content: lines('id,made', (i) => `${i},01/${day(i)}/2020`),
    columns: ['id integer', 'made string'],
    says: /not written YYYY-MM-DD/,
  },
  'micro.csv': {
    content: lines('id,at', (i) => `${i},2020-01-${day(i)} 10:00:00.123456`),
    columns: ['id integer', 'at string'],
    says: /up to three decimals/,
  },
  'emails.csv': { content: lines('e-mail', (i) => `a${i}@example.org`), columns: ['e_mail string'] },
  'years.csv': {
    content: lines('country,2019,2020', (i) => `c${i},${i},${i + 0.5}`),
    columns: ['country string', 'n_2019 integer', 'n_2020 double'],
  },
  'codes.csv': {
    content: lines('zip,phone,ean', (i) => `0${1000 + i},+49${i},${10n ** 20n + BigInt(i)}`),
    columns: ['zip string', 'phone string', 'ean string'],
    says: /leading zeros/,
  },
  'gaps.csv': {
    content: lines('id,order,ctid,rate', (i) => `${i},${i % 3 === 0 ? 'NA' : i},${i % 4 === 0 ? '-' : 0.5},${i}%`),
    columns: ['id integer', 'order integer', 'ctid_2 double', 'rate double'],
    says: /13 of 40 missing|14 of 40 missing/,
  },
  'mark.csv': {
    content: `\ufeff${lines('Id,Größe (cm),größe cm', (i) => `${i},${i},${i}`)}`,
    columns: ['id integer', 'grosse_cm integer', 'grosse_cm_2 integer'],
  },
  'quotes.csv': {
    content: lines('id,"what, and why"', (i) => `${i},"one ""${i}""\ntwo, three"`, '\r\n'),
    columns: ['id integer', 'what_and_why string'],
  },
  'damaged.csv': {
    content: Buffer.from(
      lines('id,name', (i) => (i === 7 ? '7,M\u00fcller' : `${i},Ann`)),
      'latin1',
    ),
    columns: ['id integer', 'name string'],
    says: /1 record can't be read/,
    bad: 1,
  },
  'ragged.csv': {
    content: lines('id,name', (i) => (i % 20 === 3 ? `${i},a,b,c` : `${i},Ann`)),
    columns: ['id integer', 'name string'],
    says: /2 records can't be read/,
    bad: 2,
  },
  'packed.csv.gz': { content: lines('id,name', (i) => `${i},Ann`), columns: ['id integer', 'name string'] },
  'words.ndjson': {
    content: objects((i) => ({ id: i, at: { day: `2020-01-${day(i)}` }, tags: ['a'], 'x.y': 1 })),
    columns: ['id integer', 'day date', 'tags integer'],
    says: /left out: the field "x[.]y"/,
  },
  'seen.ndjson.gz': {
    content: objects((i) => ({
      id: i,
      seen: `2020-01-${day(i)}T10:00:00.5Z`,
      who: i % 2 === 0 ? { name: 'Ann' } : null,
    })),
    columns: ['id integer', 'seen timestamp', 'name string'],
  },
  'wide.csv': {
    content: lines(Array.from({ length: 500 }, (_, i) => `v${i}`).join(','), (i) => `${i}${',0.5'.repeat(499)}`),
    columns: Array.from({ length: 500 }, (_, i) => `v${i} ${i === 0 ? 'integer' : 'double'}`),
  },
};

let work: Workspace;
let yaml: string;
let contract: Contract | undefined;
let loads: Record<string, unknown>[];
beforeAll(async () => {
  work = new Workspace();
  const project = join(work.root, 'project');
  mkdirSync(join(project, 'contracts'), { recursive: true });
  for (const [name, { content }] of Object.entries(FILES)) work.drop(`odd/${name}`, content);
  const file = join(project, 'contracts/odd.odcs.yaml');
  expect(await work.cli(['contract', 'infer', join(work.landing, 'odd'), '--out', file])).toMatchObject({ code: 0 });
  expect(await work.cli(['contract', 'check', '--project', project])).toMatchObject({ code: 0 });
  yaml = readFileSync(file, 'utf8');
  ({ contract } = parseContract(yaml, 'odd.odcs.yaml'));
  await work.soundRun('--project', project, '--no-warehouse');
  loads = await work.query(
    'SELECT source_file, rows_read, rows_loaded + rows_duplicate AS rows_kept, rows_quarantined FROM ops.loads',
  );
}, 300_000);
afterAll(() => work.close());

describe.each(Object.entries(FILES))('%s', (name, { columns, says, bad = 0 }) => {
  const stem = name.replace(/[.].*/, '');

  it('has the types that its values have', () => {
    const table = contract?.tables.find((one) => one.name === stem);
    expect(table?.columns.map((column) => `${column.name} ${column.type}`)).toEqual(columns);
    const [about = ''] = new RegExp(`(\\n  #.*)+\\n  - name: ${stem}\\n(    .*\\n)+`).exec(yaml) ?? [];
    expect(about.replace(/\s+(# )?/g, ' ')).toMatch(says ?? /confidence/);
  });

  it('loses no row', () => {
    const counts = { rows_read: ROWS, rows_kept: ROWS - bad, rows_quarantined: bad };
    expect(loads.find(({ source_file }) => source_file === `odd/${name}`)).toMatchObject(counts);
  });
});
