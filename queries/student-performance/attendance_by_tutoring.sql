WITH banded AS (
  SELECT
    CASE
      WHEN attendance >= 90 THEN 90
      WHEN attendance >= 80 THEN 80
      WHEN attendance >= 70 THEN 70
      WHEN attendance >= 60 THEN 60
      ELSE 0
    END AS attendance_from,
    tutoring_sessions,
    exam_score
  FROM student_performance.factors
)
SELECT
  CASE attendance_from
    WHEN 90 THEN '90-100'
    WHEN 80 THEN '80-89'
    WHEN 70 THEN '70-79'
    WHEN 60 THEN '60-69'
    ELSE '00-59'
  END AS attendance_band,
  tutoring_sessions,
  attendance_from,
  count(*) AS students,
  avg(CAST(exam_score AS double)) AS mean_exam_score
FROM banded
GROUP BY attendance_from, tutoring_sessions
