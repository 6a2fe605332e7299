SELECT
  school_type,
  count(*) AS students,
  avg(CAST(exam_score AS double)) AS mean_exam_score,
  stddev_samp(CAST(exam_score AS double)) AS std
FROM student_performance.factors
GROUP BY school_type
