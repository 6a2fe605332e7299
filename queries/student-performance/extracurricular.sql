WITH counted AS (
  SELECT
    extracurricular_activities,
    count(*) AS students,
    avg(CAST(exam_score AS double)) AS mean_exam_score,
    stddev_samp(CAST(exam_score AS double)) AS std
  FROM student_performance.factors
  GROUP BY extracurricular_activities
)
SELECT
  extracurricular_activities,
  students,
  CAST(students AS double) / sum(CAST(students AS double)) OVER () AS share,
  mean_exam_score,
  std,
  std / sqrt(CAST(students AS double)) AS standard_error
FROM counted
