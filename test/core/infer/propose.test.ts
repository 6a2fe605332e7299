import { describe, expect, it } from '@jest/globals';
import { parseContract } from '../../../core/contracts/parse.ts';
import { proposeColumns } from '../../../core/infer/columns.ts';
import { keyCandidates, loadOf } from '../../../core/infer/keys.ts';
import { proposeFields, proposeTable } from '../../../core/infer/propose.ts';
import { toYaml } from '../../../core/infer/to-yaml.ts';
import type { ColumnProfile, TableProfile } from '../../../core/infer/types.ts';

function profile(name: string, more: Partial<ColumnProfile> = {}): ColumnProfile {
  const source = { kind: 'header', name } as const;
  const counts = { rows: 1000, values: 1000, distinct: 900, headers: 0, low: null, high: null };
  return { source, isList: false, nullWords: [], forms: {}, looks: {}, examples: ['x'], ...counts, ...more };
}

const whole = { integer: 1000, bigint: 1000, double: 1000 };

function table(columns: readonly ColumnProfile[], more: Partial<TableProfile> = {}): TableProfile {
  const about = { name: 'orders', landing: 'orders*.csv', ownLanding: 'orders.csv', format: 'csv' } as const;
  return { ...about, isSeries: true, files: 2, rows: 1000, unreadable: 0, columns, notes: [], ...more };
}

const only = (column: ColumnProfile, name = 'thing') => proposeColumns(column, name)[0];

describe('the type of a column', () => {
  it.each([
    [whole, 'integer'],
    [{ bigint: 1000, double: 1000 }, 'integer'],
    [{ double: 1000, integer: 990 }, 'number'],
    [{ boolean: 1000 }, 'boolean'],
    [{ date: 1000 }, 'date'],
    [{ timestamp: 1000 }, 'timestamp'],
    [{ percent: 1000 }, 'number'],
    [{ 'interval midpoint': 1000 }, 'number'],
    [{ integer: 500 }, 'string'],
    [{}, 'string'],
  ])('%j is %s', (forms, type) => {
    expect(only(profile('thing', { forms }))?.type).toBe(type);
  });

  it('shows what text says where few words come again and again, and no one else', () => {
    const notes = (more: Partial<ColumnProfile>) => only(profile('thing', { examples: ['Ann'], ...more }))?.notes[0];
    expect(notes({ distinct: 12 })).toBe('text, such as "Ann"');
    expect(notes({ distinct: 13 })).toBe('text, about 13 of 1,000 values differ');
    expect(notes({ distinct: 1100 })).toBe('text, about 1,000 of 1,000 values differ');
    expect(notes({ rows: 11, values: 11, distinct: 6 })).toBe('text, about 6 of 11 values differ');
    expect(notes({ rows: 1, values: 1, distinct: 1 })).toBe('text');
  });

  it('is one of 64 bits where 32 do not hold it, or will soon not', () => {
    expect(only(profile('thing', { forms: { bigint: 1000, double: 1000 } }))?.isBig).toBe(true);
    expect(only(profile('thing', { forms: whole, low: 1, high: 2 ** 31 - 1 }))?.isBig).toBe(true);
    expect(only(profile('thing', { forms: whole, low: 1, high: 99 }))?.isBig).toBe(false);
  });

  it('stays text with leading zeros, or more digits than 64 bits', () => {
    const zeros = only(profile('zip', { forms: whole, looks: { digits: 1000, 'leading zero': 1 } }));
    expect(zeros).toMatchObject({
      type: 'string',
      notes: [expect.stringContaining('leading zeros'), expect.anything()],
    });
    expect(only(profile('ean', { forms: { double: 1000 }, looks: { digits: 1000 } }))?.type).toBe('string');
  });

  it('is what nearly all values have, for the others go to quarantine', () => {
    const rows = { rows: 10_000, values: 10_000 };
    const column = only(profile('thing', { ...rows, forms: { integer: 9995 } }));
    expect(column).toMatchObject({ type: 'integer', confidence: 'medium' });
    expect(column?.notes[0]).toContain('all but 5 of 10,000');
    expect(only(profile('thing', { ...rows, forms: { integer: 9980 } }))?.type).toBe('string');
  });

  it('is text where no value is known, and says so', () => {
    const empty = only(profile('thing', { values: 0 }));
    expect(empty).toMatchObject({ type: 'string', required: false, confidence: 'low' });
  });
});

it('is required where it names a thing, or where enough rows have it', () => {
  const few = { rows: 330, values: 330 };
  expect(only(profile('cost', { ...few, forms: { double: 330 } }), 'cost')).toMatchObject({
    required: false,
    notes: expect.arrayContaining([expect.stringMatching(/never missing in these few rows/)]),
  });
  expect(only(profile('order_id', { ...few, forms: { integer: 330 } }), 'order_id')?.required).toBe(true);
  expect(only(profile('cost', { forms: { double: 1000 } }), 'cost')?.required).toBe(true);
  expect(only(profile('kind'), 'kind')?.required).toBe(false);
});

describe('nulls', () => {
  const nullWords = [{ word: 'NA', count: 10 }];

  it('are words among values of another type', () => {
    expect(only(profile('thing', { values: 990, nullWords, forms: { integer: 990 } }))).toMatchObject({
      type: 'integer',
      nulls: ['NA'],
      required: false,
    });
  });

  it('are not words among text, but for those that no thing is called', () => {
    expect(only(profile('code', { values: 990, nullWords }), 'code')).toMatchObject({ nulls: [], required: true });
    const nan = [{ word: 'NaN', count: 10 }];
    expect(only(profile('code', { values: 990, nullWords: nan }), 'code')).toMatchObject({
      nulls: ['NaN'],
      required: false,
    });
  });
});

describe('limits', () => {
  it.each([
    ['pct_access', 0.5, 95, { minimum: 0, maximum: 100 }],
    ['pct_access', 0, 0.9, { minimum: 0 }],
    ['pct_change', -5, 95, {}],
    ['price', 1, 9, { minimum: 0 }],
    ['balance', 1, 9, {}],
    ['count_id', 1, 9, {}],
  ])('%s from %d to %d', (name, low, high, limits) => {
    const { minimum, maximum } = only(profile(name, { forms: { double: 1000 }, low, high }), name) ?? {};
    expect(JSON.parse(JSON.stringify({ minimum, maximum }))).toEqual(limits);
  });
});

it('keeps the text beside an interval, and the clock beside a time with an offset', () => {
  const names = (form: 'interval midpoint' | 'timestamp with offset') =>
    proposeColumns(profile('at', { forms: { [form]: 1000 } }), 'at').map(({ name, parse }) => [name, parse]);
  expect(names('interval midpoint')).toEqual([
    ['at', 'interval midpoint'],
    ['at_interval', undefined],
  ]);
  expect(names('timestamp with offset')).toEqual([
    ['at', 'timestamp with offset'],
    ['local_time', 'local time of timestamp with offset'],
    ['utc_offset_hours', 'offset hours of timestamp with offset'],
  ]);
});

it('keeps no clock beside a time that is always UTC', () => {
  const [at, ...more] = proposeColumns(
    profile('at', { forms: { 'timestamp with offset': 1000 }, looks: { utc: 1000 } }),
    'at',
  );
  expect(at).toMatchObject({ type: 'timestamp', parse: 'timestamp with offset' });
  expect(more).toEqual([]);
});

it('partitions a large series by month of its first time that is never missing', () => {
  const [id, seen] = [profile('id', { forms: whole }), profile('seen', { forms: { date: 1000 } })];
  const partitions = (more: Partial<TableProfile>) => {
    const profiled = table([id, seen], more);
    return proposeTable(profiled, proposeFields(profiled).columns, ['id']).partitionBy;
  };
  expect(partitions({ rows: 100_000 })).toEqual(['month(seen)']);
  expect(partitions({ rows: 99_999 })).toEqual([]);
  expect(partitions({ rows: 100_000, isSeries: false })).toEqual([]);
});

describe('keys', () => {
  const fields = (columns: readonly ColumnProfile[]) => {
    const profiled = table(columns);
    const { columns: proposed, candidates } = proposeFields(profiled);
    return { profiled, proposed, keys: keyCandidates(profiled, candidates) };
  };
  const id = (name: string, distinct: number) => profile(name, { forms: whole, distinct });

  it('are asked of what names things, the own name first, and of small combinations', () => {
    expect(fields([id('buyer_id', 1000), id('order_id', 990), id('price', 1000)]).keys).toEqual([
      ['order_id'],
      ['buyer_id'],
      ['buyer_id', 'order_id'],
    ]);
  });

  it('are no measures, and nothing that is missing', () => {
    expect(fields([id('weight', 50), id('price', 1000)]).keys).toEqual([]);
    expect(fields([profile('order_id', { forms: whole, values: 900 })]).keys).toEqual([]);
  });

  it('need enough values between them', () => {
    expect(fields([id('a_id', 10), id('b_id', 10)]).keys).toEqual([]);
    expect(fields([id('a_id', 40), id('b_id', 40)]).keys).toEqual([['a_id', 'b_id']]);
  });

  it('decide the load', () => {
    const { profiled, proposed } = fields([id('order_id', 1000), profile('day', { forms: { date: 1000 } })]);
    expect(loadOf(profiled, proposed, ['order_id']).load).toBe('merge');
    expect(loadOf(profiled, proposed, [])).toMatchObject({ load: 'append', identity: ['order_id', 'day'] });
    const list = table([id('order_id', 1000)], { isSeries: false });
    expect(proposeTable(list, proposeFields(list).columns, ['order_id'])).toMatchObject({
      load: 'replace',
      profile: { landing: 'orders.csv' },
    });
  });
});

it('is YAML that a check takes, whatever the headers are', () => {
  const headers = [
    'Yes',
    'a: b',
    "it's",
    '{x}',
    '#',
    'ctid',
    '2019',
    'Größe (cm)',
    'größe cm',
    'null',
    'a, b',
    '*',
    'tab\there',
  ];
  const profiled = table(
    headers.map((name) => profile(name)),
    { format: 'csv', landing: "o'rders*.csv", name: 'orders' },
  );
  const yaml = toYaml({ dataset: 'my-shop', tables: [proposeTable(profiled, proposeFields(profiled).columns, [])] });
  const { contract, problems } = parseContract(yaml, 'my-shop.odcs.yaml');
  expect(problems).toEqual([]);
  const columns = contract?.tables[0]?.columns ?? [];
  expect(columns.map(({ source }) => source)).toEqual(headers.map((name) => ({ kind: 'header', name })));
  expect(columns.map(({ name }) => name)).toContain('grosse_cm_2');
});
