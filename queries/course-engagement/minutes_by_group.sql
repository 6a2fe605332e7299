WITH watched AS (
  SELECT
    year,
    paid,
    count(*) AS students,
    sum(minutes_watched) AS minutes_watched,
    avg(minutes_watched) AS mean,
    max(minutes_watched) AS longest
  FROM course_engagement.minutes_by_period
  GROUP BY year, paid
),
kept AS (
  SELECT
    year,
    paid,
    count(*) AS students,
    avg(minutes_watched) AS mean,
    max(minutes_watched) AS longest
  FROM course_engagement.minutes_without_outliers
  GROUP BY year, paid
)
SELECT
  watched.year,
  watched.paid,
  watched.students,
  CAST(watched.students AS double) / sum(CAST(watched.students AS double)) OVER (PARTITION BY watched.year) AS share_of_students,
  watched.minutes_watched,
  watched.minutes_watched / nullif(sum(watched.minutes_watched) OVER (PARTITION BY watched.year), 0e0) AS share_of_minutes,
  watched.mean,
  watched.longest,
  thresholds.upper_threshold AS threshold,
  watched.students - coalesce(kept.students, 0) AS removed,
  kept.mean AS mean_without,
  kept.longest AS longest_without
FROM watched
LEFT JOIN kept ON kept.year = watched.year AND kept.paid = watched.paid
LEFT JOIN course_engagement.minutes_outlier_thresholds AS thresholds
  ON thresholds.year = watched.year AND thresholds.paid = watched.paid
