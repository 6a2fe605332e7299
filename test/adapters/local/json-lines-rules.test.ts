/** JSON lines by the rules that CSV has: loads, corrections, repeats, protected columns, replays, forgetting. */

import { createHash, createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Contract, TableContract } from '../../../core/contracts/types.ts';
import { column, contractOf, table } from '../../support/contracts.ts';
import { TestLake } from '../../support/lake.ts';
import { ROOM_COLUMNS, ROOMS, room } from '../../support/rooms.ts';

const KEY = { LANDFALL_PROTECT_KEY: 'a key that is long enough to be a key' };
const hmac = (value: string) => createHmac('sha256', KEY.LANDFALL_PROTECT_KEY).update(value).digest('hex');
const hash = (text: string) => createHash('sha256').update(text).digest('hex');

let lake: TestLake;
const open = async (contract: Contract) => {
  lake?.close();
  lake = await TestLake.open(contract, { environment: KEY });
};
beforeEach(() => open(ROOMS));
afterEach(() => lake.close());

const ROWS = 'SELECT room_id, floor, _source_file, _row_number FROM shop.rooms ORDER BY ALL';
const STATUSES = `SELECT source_file, row_number, column_name, reason, raw_row, status FROM ops.quarantine
  WHERE status <> 'superseded' ORDER BY ALL`;
const rooms = async () => (await lake.rows(ROWS)).map(({ room_id, floor }) => [room_id, floor]);
const of = (...list: (readonly [id: string, floor: unknown])[]) =>
  list.map(([id, floor]) => room({ id, floor })).join('');

/** Loads what lies in the landing folder into a lake of its own, and expects the same rows and statuses. */
async function sameAsFresh(contract: Contract): Promise<void> {
  const mine = [await lake.rows(ROWS), await lake.rows(STATUSES)];
  const fresh = await TestLake.open(contract, { landing: lake.landing, environment: KEY });
  try {
    await fresh.load();
    expect([await fresh.rows(ROWS), await fresh.rows(STATUSES)]).toEqual(mine);
  } finally {
    fresh.close();
  }
}

const loadedBy = (more: Partial<TableContract>) =>
  contractOf(table('rooms', ROOM_COLUMNS, { landing: 'rooms/*.ndjson', format: 'ndjson', ...more }));

it.each([
  [
    'merge',
    { primaryKey: ['room_id'] },
    [
      ['a', 2],
      ['b', 3],
      ['c', 4],
    ],
  ],
  [
    'append',
    { identity: ['room_id', 'floor'] },
    [
      ['a', 1],
      ['a', 2],
      ['b', 3],
      ['c', 4],
    ],
  ],
  [
    'replace',
    { primaryKey: ['room_id'] },
    [
      ['a', 2],
      ['c', 4],
    ],
  ],
] as const)('load %s: repeats, overlaps, a correction and a late file', async (load, more, rows) => {
  const contract = loadedBy({ load, ...more });
  await open(contract);
  const first = lake.drop('rooms/1.ndjson', of(['a', 1], ['b', 3], ['x', 'no']));
  lake.drop('rooms/2.ndjson', of(['a', 2], ['c', 9]));
  await lake.load();
  lake.drop('rooms/2.ndjson', of(['a', 2], ['c', 4]));
  lake.drop('rooms/late.ndjson.gz', of(['a', 1], ['b', 3]), first - 60_000);
  await lake.load();
  expect(await rooms()).toEqual(rows);
  expect(await lake.load()).toMatchObject({ filesLoaded: 0, skipped: 3 });
  await sameAsFresh(contract);
});

it('refuses a file with too many failing lines, a damaged one, and one that names no floor', async () => {
  const columns = [
    ...ROOM_COLUMNS,
    column('wing', 'string', { required: true, source: { kind: 'file', pattern: '([a-z])-\\d+' } }),
  ];
  await open(
    contractOf(
      table('rooms', columns, {
        landing: 'rooms/*.ndjson',
        format: 'ndjson',
        primaryKey: ['room_id'],
        maxBadShare: 0.5,
      }),
    ),
  );
  lake.drop('rooms/a-1.ndjson', `${of(['a', 1], ['b', 1])}no\nno\n`);
  lake.drop('rooms/a-2.ndjson.gz', `${of(['c', 1])}no\nno\n`);
  lake.drop('rooms/1.ndjson', of(['d', 1]));
  lake.drop('rooms/b-1.ndjson.gz', Buffer.from('not packed'));
  lake.drop('rooms/c-1.csv', 'id\n1\n');
  const { refusals, strays } = await lake.load();
  expect(refusals.map(({ file, problem }) => [file.key, problem.code]).sort()).toEqual([
    ['shop/rooms/1.ndjson', 'wrong-file-name'],
    ['shop/rooms/a-2.ndjson.gz', 'too-many-bad-rows'],
    ['shop/rooms/b-1.ndjson.gz', 'broken-gzip'],
  ]);
  expect(strays).toMatchObject([{ file: 'shop/rooms/c-1.csv', code: 'stray-file' }]);
  expect(await lake.rows('SELECT room_id, wing FROM shop.rooms ORDER BY ALL')).toEqual([
    { room_id: 'a', wing: 'a' },
    { room_id: 'b', wing: 'a' },
  ]);
});

describe('a replay file', () => {
  const BAD = `${of(['a', 1], ['b', 'x'])}no\n`;
  const replayed = (row: number, data: object, content = BAD) =>
    `${JSON.stringify({ _source_file: 'shop/rooms/1.ndjson', _row_number: row, _content_hash: hash(content), data })}\n`;

  it('stands in the table, and its rows in quarantine are replayed', async () => {
    lake.drop('rooms/1.ndjson', BAD);
    await lake.load();
    lake.drop('_replay/rooms/ab/1.ndjson', replayed(2, { id: 'b', floor: '2' }) + replayed(3, { id: 'c', floor: [] }));
    expect(await lake.load()).toMatchObject({ tables: [{ rows_read: 2, rows_loaded: 1, rows_quarantined: 1 }] });
    expect(await rooms()).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
    expect(
      (await lake.rows(STATUSES)).map(({ source_file, row_number, status }) => [source_file, row_number, status]),
    ).toEqual([
      ['shop/_replay/rooms/ab/1.ndjson', '2', 'open'],
      ['shop/rooms/1.ndjson', '2', 'replayed'],
      ['shop/rooms/1.ndjson', '3', 'replayed'],
    ]);
    await sameAsFresh(ROOMS);
  });

  it('by replace stands where its version stands', async () => {
    const contract = loadedBy({ load: 'replace', primaryKey: ['room_id'] });
    await open(contract);
    lake.drop('rooms/1.ndjson', BAD);
    await lake.load();
    lake.drop('_replay/rooms/ab/1.ndjson', replayed(2, { id: 'b', floor: 2 }));
    await lake.load();
    expect(await rooms()).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
    lake.drop('rooms/2.ndjson', of(['z', 1]));
    await lake.load();
    expect(await rooms()).toEqual([['z', 1]]);
    await sameAsFresh(contract);
  });

  it('is JSON lines, too', async () => {
    lake.drop('_replay/rooms/ab/1.csv', 'x\n1\n');
    expect(await lake.load()).toMatchObject({ strays: [{ file: 'shop/_replay/rooms/ab/1.csv' }], filesLoaded: 0 });
  });
});

describe('protected columns', () => {
  const within = (name: string) => ({ source: { kind: 'header', name: `data.${name}` } }) as const;
  const PEOPLE = contractOf(
    table(
      'people',
      [
        column('person', 'string', { required: true, pattern: '[a-z "\n]+', protect: 'hmac', ...within('person') }),
        column('card', 'string', { protect: 'mask', ...within('card') }),
        column('pin', 'string', { protect: 'drop', ...within('pin') }),
        column('age', 'integer', within('age')),
        column('friends', 'integer', { parse: { kind: 'count' }, ...within('friends') }),
        column('note', 'string', within('note')),
      ],
      { landing: '*.ndjson', format: 'ndjson', primaryKey: ['person'] },
    ),
  );
  const PERSON = { person: 'ann', card: '1234567890', pin: 4711, age: 7, friends: ['bob', 'cy'], note: 'x' };
  const raws = async () =>
    (await lake.rows('SELECT DISTINCT row_number, raw_row FROM ops.quarantine ORDER BY 1')).map(
      ({ raw_row }) => raw_row,
    );
  const everything = async () =>
    JSON.stringify([await lake.rows('SELECT * FROM shop.people'), await lake.rows('SELECT * FROM ops.quarantine')]);

  beforeEach(() => open(PEOPLE));

  it('stand for their text in the table and in quarantine, and nothing else of the record is shown', async () => {
    const bad = [
      { ...PERSON, age: 'old' },
      { ...PERSON, age: 'old', friends: [], note: 'a "b"\n\u0001\\é' },
      { ...PERSON, age: 'old', friends: { of: 'bob' }, note: ['bob'] },
      { ...PERSON, person: { first: 'ann' }, card: ['bob'], pin: [4711] },
      { ...PERSON, person: 'ANN', card: null, pin: null, friends: null },
    ];
    const lines = [PERSON, ...bad].map((data) => room({ ...data, bob: 'bob' }, { bob: 'bob' }));
    lake.drop(
      '1.ndjson',
      `${lines.join('')}{"data":{"person":"ann","card":"1234567890","pin":"4711","note":"bob"\nbob\n`,
    );
    await lake.load();
    expect(await lake.rows('SELECT * EXCLUDE (_load_id, _source_file, _row_number) FROM shop.people')).toEqual([
      { person: hmac('ann'), card: '******7890', pin: null, age: 7, friends: 2, note: 'x' },
    ]);
    const shown = { person: hmac('ann'), card: '******7890', pin: '***' };
    expect(await raws()).toEqual([
      JSON.stringify({ data: { ...shown, age: 'old', friends: [null, null], note: 'x' } }),
      JSON.stringify({ data: { ...shown, age: 'old', friends: [], note: 'a "b"\n\u0001\\é' } }),
      JSON.stringify({ data: { ...shown, age: 'old', friends: {}, note: [null] } }),
      JSON.stringify({ data: { person: '***', card: '***', pin: '***', age: '7', friends: [null, null], note: 'x' } }),
      JSON.stringify({
        data: { ...shown, person: hmac('ANN'), card: null, pin: null, age: '7', friends: null, note: 'x' },
      }),
      null,
      null,
    ]);
    expect(await lake.rows('SELECT row_number, column_name, reason FROM ops.quarantine ORDER BY ALL')).toEqual([
      { row_number: '2', column_name: 'age', reason: 'not a whole number of 32 bits' },
      { row_number: '3', column_name: 'age', reason: 'not a whole number of 32 bits' },
      { row_number: '4', column_name: 'age', reason: 'not a whole number of 32 bits' },
      { row_number: '4', column_name: 'friends', reason: 'not a list' },
      { row_number: '4', column_name: 'note', reason: 'a list, expected one value' },
      { row_number: '5', column_name: 'card', reason: 'a list, expected one value' },
      { row_number: '5', column_name: 'person', reason: 'an object, expected one value' },
      { row_number: '6', column_name: 'person', reason: 'does not match [a-z "\n]+' },
      { row_number: '7', column_name: null, reason: 'not a JSON object' },
      { row_number: '8', column_name: null, reason: 'not a JSON object' },
    ]);
    expect(await everything()).not.toMatch(/"ann"|ANN|1234567890|4711|bob/);
  });

  it('are kept back where an engine would quote them', async () => {
    lake.drop('1.ndjson', room({ person: ['ann'], pin: { a: '\u0000' } }));
    await lake.load();
    expect(await raws()).toEqual([
      JSON.stringify({ data: { person: '***', card: null, pin: '***', age: null, friends: null, note: null } }),
    ]);
  });

  it('forgets a person: in the table, in quarantine, and in files that land again', async () => {
    const bob = { ...PERSON, person: 'bob' };
    const content = room(PERSON) + room(bob) + room({ ...PERSON, age: 'x' }) + room({ ...bob, age: 'x' });
    lake.drop('1.ndjson', content);
    await lake.load();
    expect(await lake.erase({ person: 'ann' })).toMatchObject({ rows: 1, quarantined: 1 });
    lake.drop('2.ndjson.gz', content);
    await lake.load();
    expect(await lake.rows('SELECT DISTINCT person FROM shop.people')).toEqual([{ person: hmac('bob') }]);
    expect(await lake.rows('SELECT source_file, row_number FROM ops.quarantine ORDER BY ALL')).toMatchObject([
      { source_file: 'shop/1.ndjson', row_number: '4' },
      { source_file: 'shop/2.ndjson.gz', row_number: '4' },
    ]);
  });
});

it('forgets rows by columns that are not protected, lines that are no record among them', async () => {
  lake.drop('rooms/1.ndjson', `${of(['the room', 1], ['other', 2], ['the room', 'x'])}{"id":"the room"\nno\n`);
  await lake.load();
  expect(await lake.erase({ room_id: 'the room' })).toMatchObject({ rows: 1, quarantined: 2 });
  expect(await rooms()).toEqual([['other', 2]]);
  expect((await lake.rows(STATUSES)).map(({ raw_row }) => raw_row)).toEqual(['no']);
});
