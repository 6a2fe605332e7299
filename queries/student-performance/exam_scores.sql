SELECT
  exam_score,
  count(*) AS students,
  exam_score > 100 AS above_100
FROM student_performance.factors
GROUP BY exam_score
