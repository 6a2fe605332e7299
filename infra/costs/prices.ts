/**
 * What AWS asks in us-east-1, in US dollars, by its public price lists (aws.amazon.com/<service>/pricing), without free
 * tiers and discounts. They change: before a decision hangs on one, look it up.
 */
export const PRICES = {
  /** A GB of S3 Standard for a month. */
  stored: 0.023,
  /** 1000 PUT, COPY, POST and LIST requests; 1000 GET requests. */
  puts: 0.005,
  gets: 0.0004,
  /** A key for a month, and 10,000 requests to it. */
  key: 1,
  keyRequests: 0.03,
  /** A TB that Athena scans; a query is billed 10 MB at least. */
  scanned: 5,
  leastScannedGB: 0.01,
  /** A DPU for an hour: Glue's jobs, crawlers and table optimizers. */
  dpuHour: 0.44,
  /** A GB of memory for a second, on arm64, and a million invocations. */
  lambdaSecond: 0.0000133334,
  invocations: 0.2,
  /** 1000 state transitions. */
  transitions: 0.025,
  /** A million of each. */
  writes: 0.625,
  reads: 0.125,
  messages: 0.4,
  events: 1,
  /** Redshift Serverless: an RPU for an hour, and a GB of its storage for a month. */
  rpuHour: 0.375,
  warehouseStored: 0.024,
  /** A month each. */
  secret: 0.4,
  alarm: 0.1,
  metric: 0.3,
  dashboard: 3,
  /** A GB of logs taken in. */
  logs: 0.5,
} as const;
