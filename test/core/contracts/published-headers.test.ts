import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { checkHeader } from '../../../core/contracts/check-header.ts';
import { matchTable } from '../../../core/contracts/landing.ts';
import { parseContract } from '../../../core/contracts/parse.ts';
import { readHeader } from '../../../core/contracts/read-header.ts';
import type { Contract } from '../../../core/contracts/types.ts';
import { CONTRACT_FILE, CONTRACT_TEXT } from './learnplatform.ts';

const data = process.env['LANDFALL_DATA'];

describe('the published LearnPlatform files', () => {
  const contract = parseContract(CONTRACT_TEXT, CONTRACT_FILE).contract as Contract;

  if (data === undefined) {
    it.skip('skipped: LANDFALL_DATA is not set', () => {});
    return;
  }

  const keys = readdirSync(join(data, 'learnplatform'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.csv(\.gz)?$/.test(name))
    .map((name) => `learnplatform/${name.replaceAll('\\', '/')}`);

  it('are there', () => {
    expect(keys.length).toBeGreaterThanOrEqual(26);
  });

  it.each(keys)('%s has the header of its table', (key) => {
    const table = matchTable(contract, key);
    const bytes = readFileSync(join(data, key));
    const header = readHeader((key.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8'));
    if (table === undefined || 'problem' in header) throw new Error(`${key} has no table or no header`);
    const checked = checkHeader(table, header.fields, key);
    if (!('order' in checked)) throw new Error(checked.map(({ message }) => message).join('\n'));
    expect(checked.order.flatMap(({ columns }) => columns).sort()).toEqual(
      table.columns
        .filter(({ source }) => source.kind === 'header')
        .map(({ name }) => name)
        .sort(),
    );
  });
});
