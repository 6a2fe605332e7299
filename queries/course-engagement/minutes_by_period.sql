WITH watched AS (
  SELECT
    student_id,
    CAST(year(date_watched) AS integer) AS year,
    sum(CAST(seconds_watched AS bigint)) AS seconds
  FROM course_engagement.videos_watched
  WHERE date_watched BETWEEN DATE '2021-04-01' AND DATE '2021-06-30'
    OR date_watched BETWEEN DATE '2022-04-01' AND DATE '2022-06-30'
  GROUP BY student_id, CAST(year(date_watched) AS integer)
),
paying AS (
  SELECT student_id, max(paid_q2_2021) AS paid_q2_2021, max(paid_q2_2022) AS paid_q2_2022
  FROM course_engagement.subscriptions
  GROUP BY student_id
)
SELECT
  watched.student_id,
  watched.year,
  -- Whole seconds are never halfway between two hundredths of a minute: every engine rounds them alike.
  round(CAST(watched.seconds AS double) / 60e0, 2) AS minutes_watched,
  coalesce(CASE watched.year WHEN 2021 THEN paying.paid_q2_2021 ELSE paying.paid_q2_2022 END, 0) AS paid
FROM watched
LEFT JOIN paying ON paying.student_id = watched.student_id
