import { apportion } from './apportion.ts';
import { activityByDay, breadthOf } from './calendar.ts';
import { type District, makeDistricts, PUBLISHED_DISTRICTS } from './districts.ts';

/** Records of the published engagement files that are to be had. */
const PUBLISHED_ROWS = 13_309_138;
/** k-means with k = 5 needs some more than that, and not every district has a state. */
const FEWEST_DISTRICTS = 12;
/** Rows of a broken day, of those of a whole one. */
const BROKEN_BREADTH = 0.08;
/** At most this share of a district's rows is without lp_id. */
const WITHOUT_PRODUCT_SHARE = 0.01;

/** How many rows a district's file has, day by day. */
export interface DistrictPlan {
  readonly district: District;
  /** By day; 1 is an average school day of early March. */
  readonly activity: Float64Array;
  /** Rows with an lp_id, by day. */
  readonly rowsByDay: Int32Array;
  readonly daysWithoutProduct: readonly number[];
  /** All rows of the file. */
  readonly rows: number;
  /** Of the rows, those whose product is in products_info.csv. */
  readonly listedShare: number;
}

/** One plan for every district; equal inputs give equal plans. */
export function planDistricts(seed: number, scale: number): readonly DistrictPlan[] {
  const districts = makeDistricts(seed, districtCount(scale)).map((district) => {
    const activity = activityByDay(district.schoolYear);
    return { district, activity, breadth: breadthByDay(district, activity) };
  });
  const weights = districts.map(({ district, activity, breadth }) => {
    return (district.rowsWeight * sum(breadth)) / sum(activity.map(breadthOf));
  });
  const rows = apportion(Math.max(1, Math.round(PUBLISHED_ROWS * scale)), weights);
  const meanRows = sum(rows) / rows.length;
  return districts.map(({ district, activity, breadth }, index) => {
    const total = rows[index] ?? 0;
    const days = district.daysWithoutProduct.slice(0, Math.floor(total * WITHOUT_PRODUCT_SHARE));
    return {
      district,
      activity,
      rowsByDay: apportion(total - days.length, breadth),
      daysWithoutProduct: days,
      rows: total,
      listedShare: listedShare(total / meanRows),
    };
  });
}

/**
 * 233 at scale 1. Below, there are fewer districts and also fewer rows in each (the 5/8th power of the scale: 36 at
 * 0.05), so that small samples still have districts to compare; above, there are only more districts.
 */
export function districtCount(scale: number): number {
  if (scale >= 1) {
    return Math.round(PUBLISHED_DISTRICTS * scale);
  }
  const root = Math.sqrt(scale);
  return Math.max(FEWEST_DISTRICTS, Math.round(PUBLISHED_DISTRICTS * root * Math.sqrt(Math.sqrt(root))));
}

/** Rows by day, up to a factor; 0 outside the district's stay. */
function breadthByDay(district: District, activity: Float64Array): Float64Array {
  const { firstDay, lastDay, brokenDays } = district;
  return activity.map((level, day) => {
    if (day < firstDay || day > lastDay) {
      return 0;
    }
    const broken = day >= brokenDays.from && day < brokenDays.to;
    return breadthOf(level) * (broken ? BROKEN_BREADTH : 1);
  });
}

/** Districts with many rows have them from the long tail of products: 3/4 are listed in the smallest, 1/2 in the largest. */
function listedShare(rowsOfMean: number): number {
  return Math.min(0.75, Math.max(0.48, 0.68 - 0.07 * rowsOfMean));
}

function sum(numbers: ArrayLike<number>): number {
  return Array.from(numbers).reduce((all, number) => all + number, 0);
}
