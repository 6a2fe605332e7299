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
    CAST(exam_score AS double) AS exam_score
  FROM student_performance.factors
),
means AS (
  SELECT attendance_from, tutoring_sessions, count(*) AS students, avg(exam_score) AS mean_exam_score
  FROM banded
  GROUP BY attendance_from, tutoring_sessions
)
SELECT
  CASE means.attendance_from
    WHEN 90 THEN '90-100'
    WHEN 80 THEN '80-89'
    WHEN 70 THEN '70-79'
    WHEN 60 THEN '60-69'
    ELSE '00-59'
  END AS attendance_band,
  means.tutoring_sessions,
  means.attendance_from,
  means.students,
  means.mean_exam_score,
  means.mean_exam_score - whole.mean_exam_score AS difference,
  means.students < 10 AS few
FROM means
CROSS JOIN (SELECT avg(exam_score) AS mean_exam_score FROM banded) AS whole
