import { ARCHETYPES, type Archetype, STATE_SPENDING, STATES_WITHOUT_LUNCH } from './archetypes.ts';
import { DAYS, dayOf, drawSchoolYear, type SchoolYear } from './calendar.ts';
import { csvText } from './csv.ts';
import { type Random, randomStream } from './random.ts';

/** The published file's numbers of districts, and of those without state or anything else known about them. */
export const PUBLISHED_DISTRICTS = 233;
const PUBLISHED_UNKNOWN = 57;

/** A line of districts_info.csv; its texts are as they stand there. */
export interface DistrictInfo {
  readonly state: string;
  readonly locale: string;
  readonly blackHispanic: string;
  readonly freeReduced: string;
  readonly connections: string;
  readonly spending: string;
}

export interface District {
  readonly id: number;
  readonly info: DistrictInfo;
  readonly students: number;
  readonly schoolYear: SchoolYear;
  readonly firstDay: number;
  readonly lastDay: number;
  /** Days in which the collection was broken: few rows, and no figures in them; empty in most districts. */
  readonly brokenDays: { readonly from: number; readonly to: number };
  /** Days that have a row without lp_id. */
  readonly daysWithoutProduct: readonly number[];
  /** Rows of a whole year, of the average district's. */
  readonly rowsWeight: number;
  /** Pages per student of a whole year. */
  readonly pages: number;
  /** Of products opened by no student that day, the share that is reported all the same, with 0. */
  readonly zeroShare: number;
}

/** The first `count` districts of a seed: a larger scale adds districts and leaves the others as they are. */
export function makeDistricts(seed: number, count: number): readonly District[] {
  const ids = drawIds(randomStream(seed, 'district ids'), count);
  const archetypes = dealArchetypes(randomStream(seed, 'archetypes'), count);
  const dealt = new Map<Archetype, number>();
  return archetypes.map((archetype, index) => {
    const turn = dealt.get(archetype) ?? 0;
    const known = isKnown(index);
    dealt.set(archetype, known ? turn + 1 : turn);
    const random = randomStream(seed, `district ${index}`);
    const info = known ? drawInfo(random, archetype, turn) : UNKNOWN;
    return drawDistrict(random, { id: ids[index] ?? 0, index, info, archetype });
  });
}

function drawIds(random: Random, count: number): readonly number[] {
  const span = Math.max(9000, 4 * count);
  const ids = new Set<number>();
  while (ids.size < count) {
    ids.add(1000 + random.integer(0, span - 1));
  }
  return [...ids];
}

/** Spreads the unknown districts evenly over the list. */
function isKnown(index: number): boolean {
  const unknownBefore = (position: number) => Math.floor((position * PUBLISHED_UNKNOWN) / PUBLISHED_DISTRICTS);
  return unknownBefore(index + 1) === unknownBefore(index);
}

/** Every ten known districts in a row have each kind in its proportion, so that a small sample shows them all. */
function dealArchetypes(random: Random, count: number): readonly Archetype[] {
  const ten = ARCHETYPES.flatMap((archetype) => Array.from({ length: archetype.tenths }, () => archetype));
  let deck: Archetype[] = [];
  return Array.from({ length: count }, (_, index) => {
    if (!isKnown(index)) {
      return random.pick(ten);
    }
    if (deck.length === 0) {
      deck = random.shuffled(ten);
    }
    return deck.pop() ?? random.pick(ten);
  });
}

const UNKNOWN: DistrictInfo = {
  state: 'NaN',
  locale: 'NaN',
  blackHispanic: 'NaN',
  freeReduced: 'NaN',
  connections: 'NaN',
  spending: 'NaN',
};

const FIFTHS = ['[0, 0.2[', '[0.2, 0.4[', '[0.4, 0.6[', '[0.6, 0.8[', '[0.8, 1['];

function drawInfo(random: Random, archetype: Archetype, turn: number): DistrictInfo {
  const state = dealt(archetype.states, turn);
  const freeReduced = FIFTHS[random.pick(archetype.freeReduced)] ?? '';
  return {
    state,
    locale: dealt(archetype.locales, turn),
    blackHispanic: FIFTHS[random.pick(archetype.blackHispanic)] ?? '',
    freeReduced: STATES_WITHOUT_LUNCH.has(state) || random.unit() < 0.02 ? '' : freeReduced,
    connections: drawConnections(random),
    spending: drawSpending(random, state, archetype.spendingSteps),
  };
}

function dealt(deck: readonly string[], turn: number): string {
  return deck[turn % deck.length] ?? '';
}

function drawConnections(random: Random): string {
  const share = random.unit();
  if (share < 0.08) {
    return '';
  }
  return share < 0.09 ? '[1, 2[' : '[0.18, 1[';
}

function drawSpending(random: Random, state: string, steps: number): string {
  const usual = STATE_SPENDING[state] ?? null;
  const low = (usual ?? 0) + 2000 * (steps + random.pick([-1, 0, 0, 1]));
  return usual === null ? '' : `[${low}, ${low + 2000}[`;
}

interface Cast {
  readonly id: number;
  readonly index: number;
  readonly info: DistrictInfo;
  readonly archetype: Archetype;
}

function drawDistrict(random: Random, { id, index, info, archetype }: Cast): District {
  const [firstDay, lastDay] = drawStay(random, archetype, index);
  const brokenFrom = firstDay + random.integer(0, 30);
  const brokenLength = index % 16 === 5 ? random.integer(15, 60) : 0;
  return {
    id,
    info,
    students: Math.round(Math.min(12000, Math.max(240, 2500 * random.factor(1)))),
    schoolYear: drawSchoolYear(random),
    firstDay,
    lastDay,
    brokenDays: { from: brokenFrom, to: Math.min(brokenFrom + brokenLength, lastDay) },
    daysWithoutProduct: index % 4 === 3 ? drawDays(random, random.integer(1, 10), firstDay, lastDay) : [],
    rowsWeight: archetype.rows * random.factor(3),
    pages: archetype.pages * random.factor(3),
    zeroShare: random.unit() < 0.12 ? 0 : random.between(0.3, 0.95),
  };
}

/** First and last day with data. Most districts have the whole year; a few start late or miss its last days. */
function drawStay(random: Random, archetype: Archetype, index: number): readonly [number, number] {
  if (archetype.leaves !== undefined) {
    return [0, random.integer(...archetype.leaves)];
  }
  const first = index % 12 === 7 ? random.integer(dayOf('02-05'), dayOf('10-01')) : 0;
  const last = random.unit() < 0.08 ? random.integer(dayOf('12-08'), dayOf('12-23')) : DAYS - 1;
  return [first, last];
}

function drawDays(random: Random, count: number, from: number, to: number): readonly number[] {
  const days = new Set(Array.from({ length: count }, () => random.integer(from, to)));
  return [...days].sort((a, b) => a - b);
}

const HEADER = [
  'district_id',
  'state',
  'locale',
  'pct_black/hispanic',
  'pct_free/reduced',
  'county_connections_ratio',
  'pp_total_raw',
];

/** districts_info.csv: sorted by state, as published. */
export function districtsCsv(districts: readonly District[]): string {
  const sorted = [...districts].sort((a, b) => compareText(a.info.state, b.info.state));
  const records = sorted.map(({ id, info }) => [
    String(id),
    info.state,
    info.locale,
    info.blackHispanic,
    info.freeReduced,
    info.connections,
    info.spending,
  ]);
  return csvText([HEADER, ...records]);
}

function compareText(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}
