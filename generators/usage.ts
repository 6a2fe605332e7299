import { type ByPeriod, byPeriod, PERIODS, type Period, periodOf } from './calendar.ts';
import type { DistrictPlan } from './plan.ts';
import { type Catalogue, LISTED_PRODUCTS, UNLISTED_PRODUCTS } from './products.ts';
import type { Random } from './random.ts';
import { Sampler } from './sampler.ts';
import { seasonOf } from './taxonomy.ts';

/** The products that a district uses, in the order in which its file names them. */
export interface Usage {
  readonly ids: Int32Array;
  /** On a day that reports the product, times the day's activity: the expected odds that a student opens it. */
  readonly reach: ByPeriod<Float64Array>;
  /** Expected pages of such a student. */
  readonly pages: Float64Array;
  readonly listed: ProductGroup;
  readonly unlisted: ProductGroup;
}

/** Products of one kind: their positions in the usage, and who of them is reported on a day. */
export interface ProductGroup {
  readonly members: Int32Array;
  readonly samplers: ByPeriod<Sampler>;
}

/** Pages per student of a whole year for which the reach of products is given below. */
const USUAL_PAGES = 10_000;
const MOST_PAGES_FACTOR = 6;

interface UsedProduct {
  readonly id: number;
  readonly listed: boolean;
  readonly presence: ByPeriod<number>;
  readonly reach: ByPeriod<number>;
  readonly pages: number;
}

/** What a district uses, and how much, so that a whole year comes to about its pages per student. */
export function drawUsage(random: Random, plan: DistrictPlan, catalogue: Catalogue): Usage {
  const products = random.shuffled([...drawListed(random, plan, catalogue), ...drawUnlisted(random, plan, catalogue)]);
  const usage: Usage = {
    ids: Int32Array.from(products, (product) => product.id),
    reach: byPeriod((period) => Float64Array.from(products, (product) => product.reach[period])),
    pages: Float64Array.from(products, (product) => product.pages),
    listed: groupOf(products, true),
    unlisted: groupOf(products, false),
  };
  return scaledToPages(usage, plan);
}

/** The number of listed products that districts with so many rows use: 145 of 1,600 rows to 366 of 160,000. */
function drawListed(random: Random, { rows }: DistrictPlan, { listed }: Catalogue): readonly UsedProduct[] {
  const count = Math.ceil((LISTED_PRODUCTS * rows) / (rows + 2500));
  return drawRanks(random, LISTED_PRODUCTS, count, listedOdds).map((rank) => {
    const product = listed[rank];
    const season = seasonOf(product?.primaryFunction ?? '');
    const odds = listedOdds(rank) * random.factor(1);
    const reach = (5 / square(rank + 4)) * random.factor(rank < 10 ? 2 : 0);
    return {
      id: product?.id ?? 0,
      listed: true,
      presence: byPeriod((period) => odds * season[period] * random.factor(1)),
      reach: byPeriod((period) => reach * season[period] * random.factor(3)),
      pages: (1.2 + 20 / Math.sqrt(rank + 1)) * random.factor(2),
    };
  });
}

function drawUnlisted(random: Random, plan: DistrictPlan, { unlisted }: Catalogue): readonly UsedProduct[] {
  const seen = Math.ceil((6600 * plan.rows) / (plan.rows + 110_000));
  const busiestDay = plan.rowsByDay.reduce((most, rows) => Math.max(most, rows), 0);
  const count = Math.min(UNLISTED_PRODUCTS, Math.max(seen, 2 * busiestDay));
  return drawRanks(random, UNLISTED_PRODUCTS, count, fallOff).map((rank) => {
    const odds = fallOff(rank) * random.factor(1);
    const reach = (0.8 / square(rank + 3)) * random.factor(rank < 3 ? 2 : 0);
    return {
      id: unlisted[rank] ?? 0,
      listed: false,
      presence: byPeriod(() => odds),
      reach: byPeriod(() => reach),
      pages: (1.2 + 12 / Math.sqrt(rank + 1)) * random.factor(2),
    };
  });
}

function drawRanks(random: Random, of: number, count: number, odds: (rank: number) => number): readonly number[] {
  const ranks = new Int32Array(count);
  new Sampler(Float64Array.from({ length: of }, (_, rank) => odds(rank))).draw(count, random, ranks);
  return Array.from(ranks);
}

/** A listed product's odds of being reported: nearly certain for the first, even in the middle, a tenth near the end. */
function listedOdds(rank: number): number {
  return (LISTED_PRODUCTS - rank) / (rank + 1.5);
}

/** Zipf-Mandelbrot with exponent 1.5: few products have most of the use. */
function fallOff(rank: number): number {
  return 1 / ((rank + 3) * Math.sqrt(rank + 3));
}

function square(number: number): number {
  return number * number;
}

/** The share of students to given odds. */
export function saturated(odds: number): number {
  return odds / (1 + odds);
}

function groupOf(products: readonly UsedProduct[], listed: boolean): ProductGroup {
  const members = [...products.keys()].filter((position) => products[position]?.listed === listed);
  const samplerOf = (period: Period) =>
    new Sampler(Float64Array.from(members, (position) => products[position]?.presence[period] ?? 0));
  if (listed) {
    return { members: Int32Array.from(members), samplers: byPeriod(samplerOf) };
  }
  const allYear = samplerOf('winter');
  return { members: Int32Array.from(members), samplers: byPeriod(() => allYear) };
}

/**
 * More students and more pages each make up for a higher target alike; what then is missing comes from the pages, up
 * to a limit: a sample of very few rows has fewer pages rather than impossible ones.
 */
function scaledToPages(usage: Usage, plan: DistrictPlan): Usage {
  const breadth = Math.sqrt(plan.district.pages / USUAL_PAGES);
  const wider = { ...usage, reach: byPeriod((period) => usage.reach[period].map((reach) => reach * breadth)) };
  const missing = Math.min(MOST_PAGES_FACTOR, plan.district.pages / expectedPages(wider, plan));
  return { ...wider, pages: usage.pages.map((pages) => pages * missing) };
}

/** Pages per student of the whole year, had the district stayed all of it. */
function expectedPages(usage: Usage, plan: DistrictPlan): number {
  const activityIn = { winter: 0, closure: 0, summer: 0, autumn: 0 };
  for (const [day, activity] of plan.activity.entries()) {
    activityIn[periodOf(day, plan.district.schoolYear)] += activity;
  }
  const rows = schoolDayRows(plan);
  const listed = Math.min(usage.listed.members.length, rows * plan.listedShare);
  return PERIODS.reduce((all, period) => {
    const pages = pagesOf(usage, usage.listed, period, listed) + pagesOf(usage, usage.unlisted, period, rows - listed);
    return all + activityIn[period] * pages;
  }, 0);
}

function schoolDayRows({ activity, rowsByDay }: DistrictPlan): number {
  const rows = rowsByDay.filter((count, day) => count > 0 && (activity[day] ?? 0) > 0.5);
  return Math.max(1, rows.reduce((all, count) => all + count, 0) / Math.max(1, rows.length));
}

/** Pages per student of one group on a day of activity 1 on which n of its products are reported. */
function pagesOf(usage: Usage, group: ProductGroup, period: Period, n: number): number {
  const presence = group.samplers[period].probabilities(n);
  return presence.reduce((all, probability, index) => {
    const position = group.members[index] ?? 0;
    return all + probability * saturated(usage.reach[period][position] ?? 0) * (usage.pages[position] ?? 0);
  }, 0);
}
