/** What each part of the stack costs a month, by its formula. */

import { PRICES as P } from './prices.ts';
import type { Size } from './sizes.ts';

export interface Part {
  readonly name: string;
  /** As the page shows it; `monthly` is the same in code. */
  readonly formula: string;
  /** US dollars. */
  readonly monthly: (size: Size) => number;
}

/** What the reckoning assumes of the project and of the machines. */
export const ASSUMED = {
  /** GB of Parquet of a GB of CSV, lineage included: measured on 1,613,878 rows of engagement, 11.7 MB of 41.9 MB. */
  packed: 0.28,
  /** Of a row's bytes in Parquet, those of its key and lineage: measured there, 0.58. */
  keyShare: 0.58,
  tables: 14,
  models: 45,
  /** Of them those that an average pass refreshes, and the part of the lake that each scans. */
  refreshed: 15,
  modelShare: 0.02,
  /** GB of memory, and seconds that the functions of one pass work or wait, all together. */
  functionGB: 2,
  passSeconds: 120,
  /** GB of CSV that one DPU, four cores, loads in an hour: two cores loaded 0.36 GB in 151 s, the start included. */
  bulkGBPerDpuHour: 10,
  transitionsPerRun: 100,
  rpu: 8,
  /** Seconds that a publication keeps the warehouse awake, at least the 60 that are billed. */
  publishSeconds: 60,
  crawlerDpu: 2,
  leastCrawlHours: 10 / 60,
  alarms: 25,
  metrics: 15,
  secrets: 3,
  keys: 1,
} as const;

const A = ASSUMED;
const landedSoFar = ({ landed, months }: Size) => landed * months;
const lake = (size: Size) => landedSoFar(size) * A.packed;
const queries = ({ passes }: Size) => passes * (3 * 2 + A.refreshed * 3);

export const PARTS: readonly Part[] = [
  {
    name: 'S3, stored',
    formula: 'stored × months × landed × (1 + 3 × packed): files, staged rows, clean tables, models and old versions',
    monthly: (size) => P.stored * landedSoFar(size) * (1 + 3 * A.packed),
  },
  {
    name: 'S3, requests',
    formula: 'puts × (files × 4 + queries × 6) ÷ 1000 + gets × (files × 4 + queries × 40) ÷ 1000',
    monthly: (size) =>
      (P.puts * (size.files * 4 + queries(size) * 6) + P.gets * (size.files * 4 + queries(size) * 40)) / 1000,
  },
  {
    name: 'Athena, MERGE',
    formula: 'scanned × passes × 2 × lake × keyShare × reach ÷ 1000: keys of staged and clean rows within reach',
    monthly: (size) => (P.scanned * size.passes * 2 * lake(size) * A.keyShare * size.reach) / 1000,
  },
  {
    name: 'Athena, models',
    formula: 'scanned × passes × max(refreshed × modelShare × lake × reach, queries × 10 MB) ÷ 1000',
    monthly: (size) =>
      (P.scanned *
        Math.max(
          size.passes * A.refreshed * A.modelShare * lake(size) * size.reach,
          queries(size) * P.leastScannedGB,
        )) /
      1000,
  },
  {
    name: "Athena, people's questions",
    formula: 'scanned × questions × max(questionShare × lake, 10 MB) ÷ 1000',
    monthly: (size) =>
      (P.scanned * size.questions * Math.max(size.questionShare * lake(size), P.leastScannedGB)) / 1000,
  },
  {
    name: 'Lambda',
    formula: 'lambdaSecond × functionGB × passSeconds × (passes + runs) + invocations × 20 × (passes + runs) ÷ 10⁶',
    monthly: ({ passes, runs }) =>
      (passes + runs) * (P.lambdaSecond * A.functionGB * A.passSeconds + (P.invocations * 20) / 1e6),
  },
  {
    name: 'Glue, bulk job',
    formula: 'dpuHour × landed × bulk ÷ bulkGBPerDpuHour',
    monthly: ({ landed, bulk }) => (P.dpuHour * landed * bulk) / A.bulkGBPerDpuHour,
  },
  {
    name: 'Glue, crawlers',
    formula: 'dpuHour × crawls × crawlerDpu × 10 minutes, the least that is billed',
    monthly: ({ crawls }) => P.dpuHour * crawls * A.crawlerDpu * A.leastCrawlHours,
  },
  {
    name: 'Glue, table optimizers',
    formula: 'dpuHour × 2 × landed × packed ÷ bulkGBPerDpuHour: what lands is written once more',
    monthly: ({ landed }) => (P.dpuHour * 2 * landed * A.packed) / A.bulkGBPerDpuHour,
  },
  {
    name: 'Step Functions',
    formula: 'transitions × transitionsPerRun × runs ÷ 1000',
    monthly: ({ runs }) => (P.transitions * A.transitionsPerRun * runs) / 1000,
  },
  {
    name: 'DynamoDB',
    formula: 'writes × (files × 10 + passes × 100) ÷ 10⁶ + reads × passes × (files × months ÷ 4 + 100) ÷ 10⁶',
    monthly: ({ files, months, passes }) =>
      (P.writes * (files * 10 + passes * 100) + P.reads * passes * ((files * months) / 4 + 100)) / 1e6,
  },
  {
    name: 'Events and queues',
    formula: '(events + 3 × messages) × (files + passes × 6) ÷ 10⁶',
    monthly: ({ files, passes }) => ((P.events + 3 * P.messages) * (files + passes * 6)) / 1e6,
  },
  {
    name: 'Redshift, publishing',
    formula: 'rpuHour × rpu × publishSeconds × (passes + runs) ÷ 3600',
    monthly: ({ passes, runs }) => (P.rpuHour * A.rpu * A.publishSeconds * (passes + runs)) / 3600,
  },
  {
    name: 'Redshift, BI tools',
    formula: 'rpuHour × rpu × biHours; the usage limit of the stage ends it',
    monthly: ({ biHours }) => P.rpuHour * A.rpu * biHours,
  },
  {
    name: 'Redshift, stored',
    formula: 'warehouseStored × modelShare × lake',
    monthly: (size) => P.warehouseStored * A.modelShare * lake(size),
  },
  {
    name: 'Keys, secrets, alarms, dashboard',
    formula: 'key × keys + secret × secrets + alarm × alarms + dashboard + metric × metrics where anything runs',
    monthly: ({ passes }) =>
      P.key * A.keys +
      P.secret * A.secrets +
      P.alarm * A.alarms +
      P.dashboard +
      (passes > 0 ? P.metric * A.metrics : 0),
  },
  {
    name: 'Logs',
    formula: 'logs × 1 MB × (passes + runs) ÷ 1000',
    monthly: ({ passes, runs }) => (P.logs * (passes + runs)) / 1000,
  },
];

export const total = (size: Size) => PARTS.reduce((sum, { monthly }) => sum + monthly(size), 0);
