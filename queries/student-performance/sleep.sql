SELECT
  sleep_hours,
  count(*) AS students,
  avg(CAST(exam_score AS double)) AS mean_exam_score,
  stddev_samp(CAST(exam_score AS double)) AS std,
  stddev_samp(CAST(exam_score AS double)) / sqrt(CAST(count(*) AS double)) AS standard_error
FROM student_performance.factors
GROUP BY sleep_hours
