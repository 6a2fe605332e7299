import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Value } from '../../../core/tabular.ts';
import { AnalysisBench } from '../../support/analyses.ts';

/** What stands in the questions that analyses ask, or once did: a column may have any of these names. */
const NAMES = [
  ...['value', 'place', 'last_place', 'deviation', 'plain_mean', 'variance', 'rows_read', 'least', 'greatest'],
  ...['sample', 'group_value', 'subject', 'has_a', 'has_b', 'x', 'y', 'dx', 'dy', 'rx', 'pair', 'placed'],
];
const CASES = NAMES.flatMap((name, index) =>
  index % 3 === 0 ? [[name, NAMES[index + 1], NAMES[index + 2]] as const] : [],
);

const TEAMS = [1, 1, 1, 1, 1, 2, 2, 2, 2, 2];
const TIMES = ['a', 'b', 'a', 'b', 'a', 'b', 'a', 'b', 'a', 'b'];
const SCORES = [1, 2, 4, 8, 16, 3, 9, 27, 81, 243];

const ASKED = [
  ['kind: summary\ncolumns: {values: [score], group: [team, time]}', ['summary']],
  [
    'kind: outlier removal\ncolumns: {value: score, group: [team]}\noptions: {upper: 0.9, lower: 0.1}',
    ['kept', 'thresholds'],
  ],
  ['kind: correlation\ncolumns: {features: [score, team]}', ['correlations']],
  ['kind: linear regression\ncolumns: {key: [time], x: team, y: score}', ['regression', 'residuals', 'band']],
  ['kind: two-sample test\ncolumns: {value: score, sample: time, group: team}\noptions: {a: a, b: b}', ['tests']],
  ['kind: event dependence\ncolumns: {subject: team, event: time}\noptions: {a: a, b: b}', ['dependence']],
] as const;

let bench: AnalysisBench;
let expected: string[][];

beforeAll(async () => {
  bench = await AnalysisBench.open();
  expected = await results({});
});

afterAll(() => bench.close());

/** The rows of every result, where columns have these names; where a result says one, it is the column's own again. */
async function results(names: Readonly<Partial<Record<string, string>>>): Promise<string[][]> {
  const named = (name: string) => names[name] ?? name;
  await bench.table(
    { [named('team')]: TEAMS, [named('time')]: TIMES, [named('score')]: SCORES },
    { [named('team')]: 'INTEGER', [named('time')]: 'VARCHAR' },
  );
  const own = new Map(Object.entries(names).map(([name, other]) => [other, name]));
  const found: string[][] = [];
  for (const [yaml, roles] of ASKED) {
    for (const rows of Object.values(await bench.run(yaml.replaceAll(/team|time|score/g, named), roles))) {
      const plain = rows.map((row) => Object.values(row).map((value) => own.get(String(value)) ?? rounded(value)));
      found.push(plain.map((row) => JSON.stringify(row)).sort());
    }
  }
  return found;
}

/** The last digits depend on the order of addition. */
function rounded(value: Value): Value {
  return typeof value === 'number' ? Number(value.toPrecision(10)) : value;
}

describe('figures do not depend on what columns are named', () => {
  it.each(CASES)('%s, %s, %s', async (one, two, three) => {
    expect(await results({ team: one, time: two, score: three })).toEqual(expected);
    expect(await results({ team: two, time: three, score: one })).toEqual(expected);
    expect(await results({ team: three, time: one, score: two })).toEqual(expected);
  });
});
