/** The load rules on Spark, of JSON lines: the same are records, and the table is DuckDB's. */

import { expect, it } from '@jest/globals';
import type { TableContract } from '../../core/contracts/types.ts';
import { column, contractOf, table } from '../support/contracts.ts';
import { ROOM_COLUMNS, room } from '../support/rooms.ts';
import { oddLines } from './corpus/odd-lines.ts';
import { onSparkToo } from './support/twin-tests.ts';
import type { Twins } from './support/twins.ts';

const open = onSparkToo();

const AT = Date.UTC(2021, 0, 10);
const MINUTE = 60_000;

const rooms = (schema: string, more: Partial<TableContract>) => ({
  ...contractOf(table('rooms', ROOM_COLUMNS, { landing: '*.ndjson', format: 'ndjson', ...more })),
  ...{ dataset: schema, schema },
});
const of = (...list: (readonly [id: string, floor: unknown])[]) =>
  list.map(([id, floor]) => room({ id, floor })).join('');

it('append, a correction, a late file, and one with too many failing lines', async () => {
  const twins = await open(
    rooms('rules_json', { load: 'append', identity: ['room_id', 'floor'], maxBadShare: 0.5, partitionBy: ['floor'] }),
  );
  const steps: readonly (readonly [what: string, drop: (lake: Twins['lake']) => void])[] = [
    [
      'two',
      (lake) => [
        lake.drop('a.ndjson', of(['a', 1], ['b', 3], ['b', 3], ['x', 'no']), AT),
        lake.drop('b.ndjson', of(['a', 1], ['c', 9]), AT),
      ],
    ],
    ['a correction', (lake) => lake.drop('b.ndjson', of(['a', 1], ['c', 4]), AT + MINUTE)],
    ['a late one', (lake) => lake.drop('late.ndjson.gz', of(['b', 3], ['d', 5]), AT - MINUTE)],
    ['one that is refused', (lake) => lake.drop('a.ndjson', `${of(['e', 1])}no\n[]\n`, AT + 2 * MINUTE)],
  ];
  for (const [what, drop] of steps) {
    drop(twins.lake);
    const books = await twins.load();
    expect([what, await twins.compare('rules_json.rooms')]).toMatchObject([what, { onlyDuckdb: [], onlySpark: [] }]);
    expect([what, books.spark]).toEqual([what, books.duckdb]);
  }
  expect(await twins.compareQuarantine()).toMatchObject({ rows: 1, onlyDuckdb: [], onlySpark: [] });
}, 240_000);

it('of lines with any mistake the same are records, with the same values', async () => {
  const columns = [
    column('id', 'integer'),
    column('note', 'string'),
    column('inner', 'string', { source: { kind: 'header', name: 'in.a.b' } }),
    column('things', 'integer', { parse: { kind: 'count' } }),
  ];
  const odd = contractOf(
    table('odd', columns, {
      landing: '*.ndjson',
      format: 'ndjson',
      load: 'append',
      identity: ['id'],
      overlap: 'none',
    }),
  );
  const twins = await open({ ...odd, dataset: 'rules_odd', schema: 'rules_odd' });
  const lines = oddLines(5_000);
  twins.lake.drop('a.ndjson', lines.map((line) => `${line}\n`).join(''));
  const { duckdb, spark: books } = await twins.load();
  expect(books).toEqual(duckdb);
  const [{ rows_loaded: sound = 0, rows_quarantined: failing = 0 } = {}] = books;
  expect(Math.min(sound, failing)).toBeGreaterThan(lines.length / 5);
  const { rows, onlyDuckdb, onlySpark } = await twins.compare('rules_odd.odd');
  expect({ rows, onlyDuckdb, onlySpark }).toEqual({ rows: sound, onlyDuckdb: [], onlySpark: [] });
  expect(await twins.compareQuarantine()).toMatchObject({ onlyDuckdb: [], onlySpark: [] });
}, 240_000);

it('protected values are what DuckDB makes of them, and nothing else of a record is shown', async () => {
  const within = (name: string) => ({ source: { kind: 'header', name: `data.${name}` } }) as const;
  const people = contractOf(
    table(
      'people',
      [
        column('person', 'string', { required: true, protect: 'hmac', pattern: '[a-z]+', ...within('person') }),
        column('card', 'string', { protect: 'mask', ...within('card') }),
        column('pin', 'string', { protect: 'drop', ...within('pin') }),
        column('age', 'integer', within('age')),
        column('friends', 'integer', { parse: { kind: 'count' }, ...within('friends') }),
        column('note', 'string'),
      ],
      { landing: '*.ndjson', format: 'ndjson', primaryKey: ['person'] },
    ),
  );
  const environment = { LANDFALL_PROTECT_KEY: 'a key that is long enough to be one, is it not?' };
  const twins = await open({ ...people, dataset: 'rules_people', schema: 'rules_people' }, { environment });
  const ann = { person: 'ann', card: '1234567890123', pin: 1, age: 7, friends: ['bob'] };
  const data = [
    ...[ann, { person: 'bob', card: 'é', friends: [] }, { ...ann, person: 'Ann' }, { ...ann, age: 'x', friends: [] }],
    ...[{ ...ann, age: 'x', friends: {} }, { ...ann, age: [], friends: [1, 2, 3] }, { person: ['ann'] }, { card: {} }],
  ];
  const note = `"\\ /\u007f\u2028é\ud83d\ude00${Array.from({ length: 31 }, (_, code) => String.fromCharCode(code + 1)).join('')}`;
  const lines = data.map((own) => room(own, { note, other: 'ann' }));
  twins.lake.drop('a.ndjson', `${lines.join('')}{"data":"ann"}\n{"data":{"person":"ann"\n`);
  await twins.load();
  expect(await twins.compare('rules_people.people')).toMatchObject({ rows: 2, onlyDuckdb: [], onlySpark: [] });
  expect(await twins.compareQuarantine()).toMatchObject({ rows: 13, onlyDuckdb: [], onlySpark: [] });
}, 120_000);
