/** The latest results, as the books have them: a table's rules are all checked in one run, or none is. */

/** Of `ops.quality`, with its columns. */
export const LATEST_QUALITY = `(SELECT * FROM (
    SELECT *, max(checked_at) OVER (PARTITION BY dataset, table_name) AS last_checked FROM ops.quality) AS every_result
  WHERE checked_at = last_checked)`;

/** For people: failed rules first, the worst of them on top. */
export const SHOWN_QUALITY = `SELECT dataset, table_name, column_name, rule, dimension, severity, expected, observed,
    status, checked_at
  FROM ${LATEST_QUALITY} AS latest
  ORDER BY status, CASE severity WHEN 'error' THEN 1 WHEN 'warning' THEN 2 ELSE 3 END,
    dataset, table_name, column_name NULLS FIRST, rule`;
