-- Grouping by year and month is a third faster than by the truncated date.
SELECT
  district_id,
  lp_id,
  CAST(date_trunc('month', min(time)) AS date) AS month,
  count(*) AS records,
  sum(engagement_index) / 1e3 AS pages_per_student,
  sum(CASE WHEN NOT engagement_index_filled THEN engagement_index END) / 1e3 AS pages_per_student_unfilled,
  min(time) AS first_day,
  max(time) AS last_day
FROM learnplatform.engagement_filled
GROUP BY district_id, lp_id, year(time), month(time)
