import { describe, expect, it } from '@jest/globals';
import { listMistake, readReplay, replayText, sameFields } from '../../../core/quarantine/replay-files.ts';
import type { QuarantinedRow } from '../../../core/quarantine/types.ts';
import { table } from '../../support/contracts.ts';
import { ROOM_COLUMNS } from '../../support/rooms.ts';

const ROOMS = table('rooms', ROOM_COLUMNS, { landing: '*.ndjson', format: 'ndjson' });
const CSV = table('rooms', ROOM_COLUMNS, { landing: '*.csv' });

/** data.id, data.floor, data.size.area, data.open, data.name, data.people, uri */
const row = (fields: QuarantinedRow['fields'], nested: readonly number[] = []): QuarantinedRow => ({
  ...{ sourceFile: 'shop/rooms/é "1".ndjson', rowNumber: 2, loadId: 1, contentHash: 'abc', status: 'open' },
  ...{ reasons: '', raw: null, fields, nested: new Set(nested) },
});
const origin = { sourceFile: 'shop/rooms/é "1".ndjson', rowNumber: 2, contentHash: 'abc' };

describe('a replay file', () => {
  const fields = ['r1', '12345678901234567890', null, 'true', 'a "b"\r\nc, d', null, '{"a":1}'];

  it.each([
    ['JSON lines', ROOMS],
    ['CSV', CSV],
  ])('of %s says what was typed, character by character', (_, own) => {
    const text = replayText(own, [{ line: { fields }, row: row(null) }]);
    expect(readReplay(own, text)).toEqual([{ origin, fields, line: own === CSV ? 2 : 1 }]);
  });

  it('has a list where elements are counted, and what was one where nobody touched it', () => {
    const before = ['r1', '["x", 1]', '[1.50]', null, '{"a": 1}', '5', null];
    const typed = ['r1', '["x"]', '[1.50]', null, '{"a": 1}', '[1,\n "two" ]', null];
    const text = replayText(ROOMS, [{ line: { fields: typed }, row: row(before, [1, 2, 4]) }]);
    const data =
      '"data":{"id":"r1","floor":"[\\"x\\"]","size":{"area":[1.50]},"open":null,"name":{"a": 1},"people":[1,  "two" ]}';
    expect(text).toBe(
      `{"_source_file":"shop/rooms/é \\"1\\".ndjson","_row_number":"2","_content_hash":"abc",${data.replace('\n', '')},"uri":null}\n`,
    );
    const [read] = readReplay(ROOMS, text);
    expect(sameFields(ROOMS, read?.fields ?? [], typed.with(4, '{"a":1}').with(2, '[1.5]'))).toBe(true);
    expect(sameFields(ROOMS, read?.fields ?? [], typed)).toBe(false);
  });

  it.each(['', 'no', '[', '5', 'null', '\n\n'])('that says %j stands for nothing', (text) => {
    expect(readReplay(ROOMS, text)).toEqual([]);
  });

  it('without its origin stands for no row', () => {
    expect(readReplay(ROOMS, '{"data":[1],"uri":7}\n{"__proto__":{"uri":"a"}}')).toEqual([
      { origin: { sourceFile: '', rowNumber: 0, contentHash: '' }, fields: [...Array(6).fill(null), '7'], line: 1 },
      { origin: { sourceFile: '', rowNumber: 0, contentHash: '' }, fields: Array(7).fill(null), line: 2 },
    ]);
  });
});

it.each([
  [null, undefined],
  ['[]', undefined],
  [' [1, "a"] ', undefined],
  ['5', 'its data.people is not a list'],
  ['{"a":1}', 'its data.people is not a list'],
  ['["a"', 'its data.people is not a list'],
])('a count of %j: %s', (text, message) => {
  expect(listMistake(ROOMS, ['r1', null, null, null, null, text, null])?.message).toBe(message);
});
