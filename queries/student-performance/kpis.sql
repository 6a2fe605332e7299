WITH measured AS (
  SELECT 'attendance' AS metric, CAST(attendance AS double) AS value FROM student_performance.factors
  UNION ALL
  SELECT 'exam_score' AS metric, CAST(exam_score AS double) AS value FROM student_performance.factors
  UNION ALL
  SELECT 'hours_studied' AS metric, CAST(hours_studied AS double) AS value FROM student_performance.factors
  UNION ALL
  SELECT 'physical_activity' AS metric, CAST(physical_activity AS double) AS value FROM student_performance.factors
  UNION ALL
  SELECT 'sleep_hours' AS metric, CAST(sleep_hours AS double) AS value FROM student_performance.factors
)
SELECT
  metric,
  avg(value) AS mean,
  count(value) AS n,
  stddev_samp(value) AS std,
  min(value) AS lowest,
  max(value) AS highest
FROM measured
GROUP BY metric
