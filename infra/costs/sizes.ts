/** The months that the cost page reckons with. */

export interface Size {
  readonly name: string;
  /** CSV that lands in a month, in GB. */
  readonly landed: number;
  readonly files: number;
  /** Months that have landed so far, this one included. */
  readonly months: number;
  /** How often what has landed is brought through to models, by events: many files may share one. */
  readonly passes: number;
  /** Runs on schedule. */
  readonly runs: number;
  /** Share of all rows so far that lie within the keys of one pass: what a MERGE has to compare. */
  readonly reach: number;
  /** Share of the CSV that comes in passes too large for a function. */
  readonly bulk: number;
  /** Times that headers change, for each of which one crawler runs. */
  readonly crawls: number;
  /** Questions that people ask of the lake, and how much of it each scans. */
  readonly questions: number;
  readonly questionShare: number;
  /** Hours that BI tools keep the warehouse awake. */
  readonly biHours: number;
}

export const SIZES: readonly Size[] = [
  {
    name: 'idle',
    landed: 0,
    files: 0,
    months: 0,
    passes: 0,
    runs: 0,
    reach: 0,
    bulk: 0,
    crawls: 0,
    questions: 0,
    questionShare: 0,
    biHours: 0,
  },
  {
    name: 'the sample',
    landed: 0.07,
    files: 40,
    months: 1,
    passes: 30,
    runs: 30,
    reach: 1,
    bulk: 0,
    crawls: 5,
    questions: 300,
    questionShare: 0.5,
    biHours: 10,
  },
  {
    name: '10 GB a month',
    landed: 10,
    files: 1000,
    months: 12,
    passes: 720,
    runs: 30,
    reach: 1 / 12,
    bulk: 0.1,
    crawls: 5,
    questions: 1000,
    questionShare: 0.1,
    biHours: 60,
  },
  {
    name: '1 TB a month',
    landed: 1000,
    files: 20_000,
    months: 12,
    passes: 720,
    runs: 30,
    reach: 1 / 12,
    bulk: 0.9,
    crawls: 10,
    questions: 3000,
    questionShare: 0.02,
    biHours: 160,
  },
];
