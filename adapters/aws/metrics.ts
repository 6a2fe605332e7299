/** What functions tell CloudWatch: alarms and the dashboard look for these names. Each has the dimension `service` alone. */

export const METRICS_NAMESPACE = 'Landfall';

/** Counts of what one invocation did; none is told of what it did not do. */
export const METRICS = {
  /** By `ingest` and `load`, of every version that was taken. */
  rowsRead: 'RowsRead',
  rowsLoaded: 'RowsLoaded',
  rowsQuarantined: 'RowsQuarantined',
  filesRefused: 'FilesRefused',
  /** By `check`: promises of freshness that are broken. Told also where it is 0. */
  lateElements: 'LateElements',
  /** Of Athena, as it bills them. */
  scannedBytes: 'ScannedBytes',
} as const;

export type MetricName = (typeof METRICS)[keyof typeof METRICS];
