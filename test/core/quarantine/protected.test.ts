import { createHash, createHmac } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { LandfallError } from '../../../core/problems.ts';
import { readEdited } from '../../../core/quarantine/edited.ts';
import { exportCsv } from '../../../core/quarantine/export.ts';
import { suspects } from '../../../core/quarantine/protected.ts';
import { planReplay } from '../../../core/quarantine/replay.ts';
import type { QuarantinedRow } from '../../../core/quarantine/types.ts';
import { column, contractOf, table } from '../../support/contracts.ts';

const hmac = (value: string) => createHmac('sha256', 'key').update(value).digest('hex');
const hasher = { hash: (text: string) => createHash('sha256').update(text).digest('hex') };

const contract = contractOf(
  table('sales', [
    column('id', 'integer'),
    column('card', 'string', { protect: 'hmac' }),
    column('owner', 'string', { protect: 'mask' }),
    column('pin', 'string', { protect: 'drop' }),
  ]),
);
const [sales] = contract.tables;
if (sales === undefined) throw new Error('no table');

const row = (rowNumber: number, fields: QuarantinedRow['fields'], raw: string | null = null): QuarantinedRow => ({
  ...{ sourceFile: 'shop/sales/1.csv', rowNumber, loadId: 1, contentHash: 'abc', status: 'open', raw, fields },
  reasons: 'id: not a whole number of 32 bits',
  nested: new Set(),
});
const ROWS = [
  row(1, ['x', hmac('ann'), '****5678', '***']),
  row(2, ['y', null, null, null]),
  row(3, null, '1,ann,left from before the table was protected'),
];

const header = '_source_file,_row_number,_load_id,id,card,owner,pin\n';
const line = (rowNumber: number, ...fields: string[]) => `shop/sales/1.csv,${rowNumber},1,${fields.join(',')}\n`;
const replay = (lines: string, stored: readonly string[] = []) =>
  planReplay('edit.csv', readEdited('edit.csv', header + lines, [contract]), ROWS, new Map(), hasher, stored);
const refused = (lines: string, stored?: readonly string[]): string => {
  try {
    replay(lines, stored);
  } catch (error) {
    if (error instanceof LandfallError) return error.message;
    throw error;
  }
  return 'not refused';
};

it('an export leaves protected fields and broken records empty', () => {
  expect(exportCsv(sales, ROWS).split('\r\n').slice(1, 4)).toEqual([
    'shop/sales/1.csv,1,1,id: not a whole number of 32 bits,x,,,,',
    'shop/sales/1.csv,2,1,id: not a whole number of 32 bits,y,,,,',
    'shop/sales/1.csv,3,1,id: not a whole number of 32 bits,,,,,',
  ]);
});

it('what was exported and left as it is stays in quarantine', () => {
  expect(replay(line(1, 'x', '', '', '') + line(2, 'y', '', '', '') + line(3, '', '', '', ''))).toMatchObject({
    rows: 0,
    unchanged: 3,
  });
});

it('takes the clear text, and nothing of what is dropped or never was', () => {
  const { files, rows } = replay(line(1, '1', 'ann', 'Ann 5678', '') + line(2, '2', '', '', ''));
  expect(rows).toBe(2);
  expect(files.get('1.csv')?.split('\r\n').slice(1, 3)).toEqual([
    'shop/sales/1.csv,1,abc,1,ann,Ann 5678,',
    'shop/sales/1.csv,2,abc,2,,,',
  ]);
});

it.each([
  ['an empty field that had a value', line(1, '1', '', 'Ann 5678', ''), 'lacks its card, which is protected'],
  ['an empty field that is masked', line(1, '1', 'ann', '', ''), 'lacks its owner, which is protected'],
  ['the hash', line(1, '1', hmac('ann'), 'Ann 5678', ''), 'has a protected form as its card'],
  ["another row's hash", line(2, '2', hmac('ann'), '', ''), 'has a protected form as its card'],
  ['the mask', line(1, '1', 'ann', '****5678', ''), 'has a protected form as its owner'],
  ['what stands for what is not shown', line(3, '3', '***', '', ''), 'has a protected form as its card'],
])('refuses %s', (_name, lines, message) => {
  expect(refused(lines)).toContain(message);
  expect(refused(lines)).not.toContain(hmac('ann'));
});

it('refuses a hash that stands in the table, and takes one that does not: the text itself may be a hash', () => {
  const lines = line(2, '2', hmac('bob'), '', '');
  expect([...suspects(sales, readEdited('edit.csv', header + lines, [contract]).lines)]).toEqual([
    ['card', [hmac('bob')]],
  ]);
  expect(refused(lines, [hmac('bob')])).toContain('has a protected form as its card');
  expect(replay(lines).rows).toBe(1);
});
