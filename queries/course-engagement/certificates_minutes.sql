WITH issued AS (
  SELECT student_id, count(*) AS certificates_issued
  FROM course_engagement.certificates
  GROUP BY student_id
),
watched AS (
  SELECT student_id, round(sum(minutes_watched), 2) AS minutes_watched
  FROM course_engagement.minutes_by_period
  GROUP BY student_id
),
paying AS (
  SELECT student_id, greatest(max(paid_q2_2021), max(paid_q2_2022)) AS paid
  FROM course_engagement.subscriptions
  GROUP BY student_id
)
SELECT
  issued.student_id,
  issued.certificates_issued,
  coalesce(watched.minutes_watched, 0e0) AS minutes_watched,
  coalesce(paying.paid, 0) AS paid
FROM issued
LEFT JOIN watched ON watched.student_id = issued.student_id
LEFT JOIN paying ON paying.student_id = issued.student_id
