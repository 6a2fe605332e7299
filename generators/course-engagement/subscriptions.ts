/** Which plans students buy, so that they pay in the quarters in which their cohort does and in no other they watch. */

import type { Random } from '../random.ts';
import { ANNUAL_FOR_BOTH, type Cohort, LONGEST_REFUND_DAYS, PLANS, QUARTERS, REFUNDED_SHARE } from './calibration.ts';
import { dayOf } from './days.ts';

export interface Purchase {
  /** 0, 1 and 2: one, three and twelve months. */
  readonly plan: number;
  readonly day: number;
  /** Null where it was kept. */
  readonly refunded: number | null;
}

const YEARS = [2021, 2022];
const ANNUAL = 2;

export function drawPurchases(random: Random, { watched, paid }: Cohort): readonly Purchase[] {
  if (paid[0] && paid[1] && random.unit() < ANNUAL_FOR_BOTH) {
    return [keep(ANNUAL, random.integer(firstDay(ANNUAL, 1), QUARTERS[0]?.last ?? 0))];
  }
  const kept = [0, 1].filter((quarter) => paid[quarter]);
  if (kept.length === 0 && random.unit() < REFUNDED_SHARE) {
    return [drawRefunded(random, watched[0] ? 0 : 1)];
  }
  return kept.map((quarter) => {
    const plan = drawPlan(random, 'kept');
    // An annual plan may reach both quarters, which is wrong for who watched in both and pays in one.
    const isForOne = plan === ANNUAL && watched[0] && watched[1] && kept.length === 1;
    const first = isForOne && quarter === 1 ? (QUARTERS[0]?.last ?? 0) + 1 : firstDay(plan, quarter);
    const last = isForOne && quarter === 0 ? (QUARTERS[0]?.first ?? 0) - 1 : (QUARTERS[quarter]?.last ?? 0);
    return keep(plan, random.integer(first, last));
  });
}

/** Given back before the quarter begins: who is refunded doesn't pay. */
function drawRefunded(random: Random, quarter: number): Purchase {
  const plan = drawPlan(random, 'refunded');
  const days = random.integer(1, LONGEST_REFUND_DAYS);
  const day = random.integer(firstDay(plan, quarter), (QUARTERS[quarter]?.first ?? 0) - 1 - days);
  return { plan, day, refunded: day + days };
}

function keep(plan: number, day: number): Purchase {
  return { plan, day, refunded: null };
}

/** The first day from which a plan reaches a quarter: its last day is the quarter's first. */
function firstDay(plan: number, quarter: number): number {
  return dayOf(YEARS[quarter] ?? 0, 4 - (PLANS[plan]?.months ?? 0), 1);
}

function drawPlan(random: Random, share: 'kept' | 'refunded'): number {
  let left = random.unit();
  const drawn = PLANS.findIndex((plan) => {
    left -= plan[share];
    return left < 0;
  });
  return drawn < 0 ? PLANS.length - 1 : drawn;
}
