SELECT
  district_id,
  time,
  count(*) AS products_used,
  sum(engagement_index) / 1e3 AS pages_per_student,
  max(pct_access) AS dau_low,
  CASE WHEN sum(pct_access) > 1e2 THEN 1e2 ELSE sum(pct_access) END AS dau_high
FROM learnplatform.engagement_filled
GROUP BY district_id, time
