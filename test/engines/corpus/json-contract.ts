/** What the corpus of JSON lines is loaded by. The file's name is part of the key. */

import { column, contractOf, table } from '../../support/contracts.ts';

const at = (name: string) => ({ source: { kind: 'header', name } }) as const;

export const JSON_CORPUS = {
  drift: 'quarantine' as const,
  ...contractOf(
    table(
      'items',
      [
        column('case_name', 'string', { required: true, source: { kind: 'file', pattern: '^(.*)$' } }),
        column('id', 'integer', { required: true }),
        column('big', 'bigint'),
        column('amount', 'double', { minimum: -1000 }),
        column('day', 'date'),
        column('is_on', 'boolean'),
        column('note', 'string', { nulls: ['n/a'] }),
        column('code', 'string', { pattern: '[a-z]+' }),
        column('inner', 'string', at('in.a.b')),
        column('odd', 'string', at('in.0 ~1/\'"*$[é]')),
        column('seen', 'timestamp', { ...at('in.seen'), parse: { kind: 'timestamp with offset' } }),
        column('ahead', 'double', { ...at('in.seen'), parse: { kind: 'offset hours of timestamp with offset' } }),
        column('things', 'integer', { parse: { kind: 'count' }, maximum: 100_000 }),
        column('parts', 'bigint', { ...at('in.parts'), parse: { kind: 'count' } }),
      ],
      { landing: '*.ndjson', format: 'ndjson', primaryKey: ['case_name', 'id'] },
    ),
  ),
  dataset: 'json-corpus',
  schema: 'json_corpus',
};
