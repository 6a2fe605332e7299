import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { LandfallError } from '../../../core/problems.ts';
import { readEdited } from '../../../core/quarantine/edited.ts';
import { exportCsv } from '../../../core/quarantine/export.ts';
import { originOf, planReplay, type Replay, type Replayed } from '../../../core/quarantine/replay.ts';
import { headerNames, type QuarantinedRow } from '../../../core/quarantine/types.ts';
import { column, contractOf, table } from '../../support/contracts.ts';

const contract = contractOf(
  table('sales', [
    column('id', 'integer', { required: true }),
    column('kind', 'string', { source: { kind: 'header', name: 'Kind' } }),
    column('part', 'string', { source: { kind: 'header', name: 'Kind' } }),
    column('shop', 'string', { source: { kind: 'file', pattern: '(\\d+)' } }),
  ]),
  table('others', [column('id', 'integer')]),
);
const [sales] = contract.tables;
if (sales === undefined) throw new Error('no table');

const row = (more: Partial<QuarantinedRow> = {}): QuarantinedRow => ({
  sourceFile: 'shop/sales/7.csv',
  rowNumber: 2,
  loadId: 1,
  contentHash: 'abc',
  status: 'open',
  reasons: 'id: not a whole number of 32 bits',
  raw: 'x,"a, b"',
  fields: ['x', 'a, b'],
  nested: new Set(),
  ...more,
});
const ROWS = [
  row(),
  row({ rowNumber: 3, fields: null, raw: '1,2,3', reasons: '3 fields, expected 2' }),
  row({ sourceFile: 'shop/sales/8.csv.gz', loadId: 2 }),
];
const CSV = exportCsv(sales, ROWS);
const hasher = { hash: (text: string) => createHash('sha256').update(text).digest('hex') };
const replay = (text: string, rows = ROWS, replayed: Replayed = new Map()): Replay =>
  planReplay('edit.csv', readEdited('edit.csv', text, [contract]), rows, replayed, hasher);
const told = (work: () => unknown): string[] => {
  try {
    work();
  } catch (error) {
    if (error instanceof LandfallError) return error.message.split('\n');
    throw error;
  }
  return [];
};

it('an export has a line a row, by the names of the header', () => {
  expect(headerNames(sales)).toEqual(['id', 'Kind']);
  expect(CSV.split('\r\n')).toEqual([
    '_source_file,_row_number,_load_id,_reasons,id,Kind,_raw_row',
    'shop/sales/7.csv,2,1,id: not a whole number of 32 bits,x,"a, b",',
    'shop/sales/7.csv,3,1,"3 fields, expected 2",,,"1,2,3"',
    'shop/sales/8.csv.gz,2,2,id: not a whole number of 32 bits,x,"a, b",',
    '',
  ]);
});

describe('a replay', () => {
  const mended = CSV.replaceAll(',x,', ',1,');

  it('is a file for each file that its rows came in, under its name, with their origin', () => {
    const { folder, files, rows, unchanged } = replay(mended);
    expect(folder).toMatch(/^shop\/_replay\/sales\/[0-9a-f]{12}$/);
    expect([...files]).toEqual([
      ['7.csv', '_source_file,_row_number,_content_hash,id,Kind\r\nshop/sales/7.csv,2,abc,1,"a, b"\r\n'],
      ['8.csv', '_source_file,_row_number,_content_hash,id,Kind\r\nshop/sales/8.csv.gz,2,abc,1,"a, b"\r\n'],
    ]);
    expect({ rows, unchanged }).toEqual({ rows: 2, unchanged: 1 });
  });

  it('does not put rows of two files into one of their common name', () => {
    const rows = [row(), row({ sourceFile: 'shop/_replay/sales/0a/7.csv', loadId: 5 })];
    const { files } = replay(exportCsv(sales, rows).replaceAll(',x,', ',1,'), rows);
    expect([...files.keys()]).toEqual(['7.csv', '2/7.csv']);
  });

  it('has the same folder for the same rows in whatever order, columns and line ends', () => {
    const [header = '', ...lines] = mended.trimEnd().split('\r\n');
    const { folder } = replay(mended);
    expect(replay(`\uFEFF${[header, ...lines.reverse()].join('\n')}`).folder).toBe(folder);
    const short = mended.split('\r\n').map((line, index) => (index === 0 ? line.replace('Kind', ' Kind ') : line));
    expect(replay(short.join('\r\n')).folder).toBe(folder);
    expect(replay(mended.replace(',1,"a', ',2,"a')).folder).not.toBe(folder);
  });

  it('leaves out what is deleted, what is as it was, and what is there already', () => {
    expect(replay(CSV)).toMatchObject({ rows: 0, unchanged: 3 });
    expect(replay(mended.split('\r\n').slice(0, 2).join('\r\n'))).toMatchObject({ rows: 1, unchanged: 0 });
    const there = new Map([[originOf(row()), { file: 'shop/_replay/sales/0a/7.csv', line: 2, fields: ['1', 'a, b'] }]]);
    expect(replay(mended, ROWS, there)).toMatchObject({ rows: 1, repeated: 1 });
    expect(told(() => replay(mended.replace(',1,"a', ',2,"a'), ROWS, there))).toEqual([
      'edit.csv:2: row 2 of shop/sales/7.csv was replayed with other values, in line 2 of shop/_replay/sales/0a/7.csv (change it there and run)',
    ]);
  });
});

describe('what is told of an edited file', () => {
  const KEEP = '(keep the columns that begin with _ as landfall quarantine export wrote them)';
  it.each<[string, string, string]>([
    ['a column less', CSV.replace('_row_number', 'row'), `edit.csv:1: lacks _row_number ${KEEP}`],
    ['an empty file', '', `edit.csv:1: lacks _source_file, _row_number, _load_id ${KEEP}`],
    [
      'semicolons',
      CSV.replaceAll(',', ';'),
      'edit.csv:1: lacks _source_file, _row_number, _load_id (save it with commas between the columns)',
    ],
    ['no rows', CSV.slice(0, CSV.indexOf('\n') + 1), 'edit.csv: has a header and no rows'],
    [
      'a misspelt column',
      CSV.replace(',id,', ',idd,'),
      'edit.csv:1: the header has no column "id", the nearest is "idd"',
    ],
    [
      'no number',
      CSV.replace('7.csv,2', '7.csv,2.0'),
      `edit.csv:2: has "2.0" as its _row_number, expected a whole number ${KEEP}`,
    ],
    [
      'no load',
      CSV.replace('7.csv,2,1', '7.csv,2,'),
      `edit.csv:2: has "" as its _load_id, expected a whole number ${KEEP}`,
    ],
    ['no file', CSV.replace('shop/sales/7.csv,3', ',3'), `edit.csv:3: lacks its _source_file ${KEEP}`],
    [
      'a file of no table',
      CSV.replace('shop/sales/7.csv,3', 'shop/7.csv,3'),
      `edit.csv:3: is of shop/7.csv, which no table of any contract takes ${KEEP}`,
    ],
    [
      'a file of another table',
      CSV.replace('shop/sales/8', 'shop/others/8'),
      'edit.csv:4: is of the table others, the first line of sales (replay one table at a time)',
    ],
    [
      'a row twice',
      CSV.replace('7.csv,3', '7.csv,2'),
      'edit.csv:3: is row 2 of shop/sales/7.csv, as line 2 is (leave one of them)',
    ],
    [
      'another load',
      CSV.replace('7.csv,2,1', '7.csv,2,9'),
      'edit.csv:2: row 2 of shop/sales/7.csv is not in quarantine under load 9 (its file may have come anew: export again)',
    ],
    [
      'an emptied line',
      CSV.replace(',x,"a, b"', ',,'),
      'edit.csv:2: all of its fields are empty (delete the line: the row then stays in quarantine)',
    ],
    [
      'a comma too many',
      CSV.replace(',x,"a', ',1,5,"a'),
      'edit.csv:2: has 8 fields, expected 7 (a field with a comma, a quote or a line break stands in double quotes)',
    ],
    ['an open quote', `${CSV}"`, 'edit.csv:5: a quote is never closed'],
  ])('%s', (_name, text, message) => {
    expect(told(() => replay(text))).toEqual([message]);
  });

  it('every line at once, but no more than a screen of them', () => {
    const rows = Array.from({ length: 30 }, (_, index) => row({ rowNumber: index + 1 }));
    const messages = told(() => replay(exportCsv(sales, rows).replaceAll('7.csv,', '7.csv,0'), rows));
    expect(messages).toHaveLength(21);
    expect(messages[20]).toBe('and 10 more lines like these');
  });

  it('a row that was replayed, though its file is gone', () => {
    const rows = [row({ status: 'replayed' })];
    expect(told(() => replay(exportCsv(sales, rows).replace(',x,', ',1,'), rows))).toEqual([
      expect.stringMatching(/^edit.csv:2: row 2 of shop\/sales\/7.csv was replayed already/),
    ]);
  });
});
