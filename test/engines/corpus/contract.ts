/** What the corpus is loaded by: a column of every type and parse. The file's name is part of the key. */

import { column, contractOf, table } from '../../support/contracts.ts';

const seen = { kind: 'header', name: 'seen' } as const;

export const CORPUS = {
  // Most values of many a file fail: each row is looked at by itself.
  drift: 'quarantine' as const,
  ...contractOf(
    table(
      'readings',
      [
        column('case_name', 'string', { required: true, source: { kind: 'file', pattern: '^(.*)$' } }),
        column('id', 'integer', { required: true }),
        column('big', 'bigint'),
        column('amount', 'double', { minimum: -1000, maximum: 1e300 }),
        column('day', 'date'),
        column('at', 'timestamp'),
        column('is_on', 'boolean'),
        column('note', 'string', { nulls: ['n/a', '-'] }),
        column('code', 'string', { pattern: '[a-z]+[0-9]*' }),
        column('label', 'string', { pattern: '\\w+(\\s\\w+)?$' }),
        column('letters', 'string', { pattern: '([a-z]|_)+' }),
        column('share', 'double', { parse: { kind: 'percent' } }),
        column('middle', 'double', { parse: { kind: 'interval midpoint' } }),
        column('seen', 'timestamp', { parse: { kind: 'timestamp with offset' } }),
        column('seen_there', 'timestamp', { source: seen, parse: { kind: 'local time of timestamp with offset' } }),
        column('ahead', 'double', { source: seen, parse: { kind: 'offset hours of timestamp with offset' } }),
        column('part', 'string', {
          source: { kind: 'header', name: 'note' },
          parse: { kind: 'split', separator: ';', part: 2 },
        }),
      ],
      { primaryKey: ['case_name', 'id'] },
    ),
  ),
  dataset: 'corpus',
  schema: 'corpus',
};
