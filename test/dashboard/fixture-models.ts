/** Made-up rows of each model that LearnPlatform's dashboard shows, the same each time. */

import type { ColumnType } from '../../core/contracts/types.ts';
import type { ResultTable, Value } from '../../core/tabular.ts';

const STATES = ['Arizona', 'California', 'Connecticut', 'Illinois', 'Indiana', 'Massachusetts', 'Michigan', 'Missouri'];
const MORE_STATES = ['New York', 'Ohio', 'Utah', 'Virginia'];
const SECTORS = ['Corporate', 'Higher Ed', 'PreK-12'];
const FUNCTIONS = [
  'Content Creation & Curation',
  'Learning Management Systems (LMS)',
  'Study Tools',
  'Virtual Classroom',
];
const DISTRICT_FEATURES = ['recency_days', 'clicks_per_day', 'total_pages_per_student', 'avg_spent_per_pupil'];
const PRODUCT_FEATURES = ['num_district', 'lp_id_loads', 'engagement_per_student'];

export function table(columns: Readonly<Record<string, ColumnType>>, rows: readonly (readonly Value[])[]): ResultTable {
  return { columns: Object.entries(columns).map(([name, type]) => ({ name, type })), rows };
}

/** By `schema.table`: each model that the dashboard shows. */
export function learnplatformModels(): Readonly<Record<string, ResultTable>> {
  return {
    'learnplatform.state_monthly': monthly('state', [...STATES, ...MORE_STATES]),
    'learnplatform.sector_monthly': monthly('sector', SECTORS),
    'learnplatform.function_monthly': monthly('function_group', FUNCTIONS),
    'learnplatform.daily_active_students': dailyActiveStudents(),
    'learnplatform.monthly_active_students': monthlyActiveStudents(),
    'learnplatform.top_products': topProducts(),
    'learnplatform.sector_shares': shares('sectors', ['PreK-12', 'PreK-12; Higher Ed', 'Unknown']),
    'learnplatform.function_shares': shares('function_group', FUNCTIONS),
    'learnplatform.recommendation_shortlist': shortlist(),
    'learnplatform.district_cluster_selection': selection(5),
    'learnplatform.product_cluster_selection': selection(4),
    'learnplatform.district_cluster_points': districtPoints(),
    'learnplatform.product_cluster_points': productPoints(),
    'learnplatform.district_cluster_contrasts': contrasts(5, DISTRICT_FEATURES),
    'learnplatform.product_cluster_contrasts': contrasts(4, PRODUCT_FEATURES),
  };
}

/** Between 0 and 1, spread out evenly: the fractional parts of multiples of the golden ratio. */
function spread(index: number): number {
  return (index * 0.618033988749895) % 1;
}

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

function day(index: number): string {
  return new Date(Date.UTC(2020, 0, 1 + index)).toISOString().slice(0, 10);
}

function monthly(dimension: string, members: readonly string[]): ResultTable {
  return table(
    { [dimension]: 'string', month: 'date', districts: 'bigint', products: 'bigint', pages_per_student: 'double' },
    members.flatMap((member, which) =>
      times(12, (month) => [
        member,
        `2020-${String(month + 1).padStart(2, '0')}-01`,
        3 + which,
        340 + month,
        100 + 900 * spread(which * 12 + month),
      ]),
    ),
  );
}

function dailyActiveStudents(): ResultTable {
  return table(
    { time: 'date', districts: 'bigint', dau_low: 'double', dau_high: 'double' },
    times(366, (index) => [day(index), 24, 20 + 15 * spread(index), 55 + 40 * spread(index)]),
  );
}

function monthlyActiveStudents(): ResultTable {
  return table(
    {
      month: 'date',
      districts: 'bigint',
      mau_low: 'double',
      mau_high: 'double',
      stickiness_low: 'double',
      stickiness_high: 'double',
    },
    times(12, (index) => {
      const month = `2020-${String(index + 1).padStart(2, '0')}-01`;
      return [month, 24, 20 + 15 * spread(index), 90 + 10 * spread(index), 0.1 + 0.2 * spread(index), 0.6];
    }),
  );
}

function shares(dimension: string, members: readonly string[]): ResultTable {
  return table(
    { [dimension]: 'string', products: 'bigint', product_share: 'double', page_share: 'double' },
    members.map((member, index) => [member, 10, 1 / members.length, 0.6 * 0.4 ** index]),
  );
}

/** District 1000 has ten products to look at, each further one two fewer. */
function shortlist(): ResultTable {
  return table(
    {
      district_id: 'integer',
      rank: 'bigint',
      lp_id: 'integer',
      product_name: 'string',
      provider: 'string',
      primary_function: 'string',
      peer_share: 'double',
      peer_pages_per_student: 'double',
      cluster: 'integer',
      state: 'string',
      locale: 'string',
    },
    times(4, (which) =>
      times(10 - 2 * which, (index) => {
        const product = 100 * which + index;
        const shares = [0.9 - 0.08 * index, 40 * spread(product)];
        const name = `Product ${product}`;
        return [
          1000 + which,
          index + 1,
          product,
          name,
          'Provider',
          'LC - Study Tools',
          ...shares,
          which,
          'Utah',
          'Town',
        ];
      }),
    ).flat(),
  );
}

function topProducts(): ResultTable {
  return table(
    {
      lp_id: 'integer',
      product_name: 'string',
      provider: 'string',
      primary_function: 'string',
      num_district: 'bigint',
      engagement_per_student: 'double',
      pages_per_student_where_used: 'double',
      rank: 'bigint',
    },
    times(40, (index) => {
      const pages = 48207.63 / (index + 1);
      return [10000 + index, `Product ${index + 1}`, 'Provider', 'LC - Study Tools', 24, pages, pages / 24, index + 1];
    }),
  );
}

function selection(chosen: number): ResultTable {
  return table(
    {
      k: 'integer',
      inertia: 'double',
      silhouette: 'double',
      best_silhouette: 'boolean',
      elbow: 'boolean',
      chosen: 'boolean',
    },
    times(9, (index) => {
      const k = index + 2;
      return [k, 700 / k, 0.2 + 0.4 / k, k === 2, k === 4, k === chosen];
    }),
  );
}

function districtPoints(): ResultTable {
  return table(
    {
      district_id: 'integer',
      state: 'string',
      locale: 'string',
      cluster: 'integer',
      clicks_per_day: 'double',
      total_pages_per_student: 'double',
      silhouette: 'double',
    },
    times(60, (index) => [
      1000 + 13 * index,
      STATES[index % STATES.length] ?? null,
      'Suburb',
      index % 5,
      20 + 200 * spread(index),
      400 + 25000 * spread(3 * index),
      spread(7 * index) - 0.1,
    ]),
  );
}

function productPoints(): ResultTable {
  return table(
    {
      lp_id: 'integer',
      product_name: 'string',
      primary_function: 'string',
      cluster: 'integer',
      num_district: 'bigint',
      lp_id_loads: 'bigint',
      engagement_per_student: 'double',
      silhouette: 'double',
    },
    times(120, (index) => [
      10000 + index,
      `Product ${index + 1}`,
      'LC - Study Tools',
      index % 4,
      1 + (index % 24),
      10 + 40 * index,
      index === 0 ? 0 : 10 ** (6 * spread(index) - 2),
      spread(7 * index) - 0.1,
    ]),
  );
}

function contrasts(clusters: number, features: readonly string[]): ResultTable {
  return table(
    {
      cluster: 'integer',
      feature: 'string',
      size: 'integer',
      mean: 'double',
      median: 'double',
      min: 'double',
      max: 'double',
      standardised_mean: 'double',
    },
    times(clusters, (cluster) =>
      features.map((feature, which) => {
        const middle = 10 ** which * (1 + spread(cluster));
        return [
          cluster,
          feature,
          40 - 7 * cluster,
          middle,
          0.9 * middle,
          0.1 * middle,
          5 * middle,
          5 * spread(cluster + which) - 2.5,
        ];
      }),
    ).flat(),
  );
}
