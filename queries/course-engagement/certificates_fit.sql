WITH parts AS (
  SELECT
    'student' AS part,
    row_number() OVER (
      ORDER BY minutes_watched ASC, certificates_issued ASC, student_id ASC
    ) AS place,
    minutes_watched,
    certificates_issued,
    CAST(NULL AS double) AS predicted,
    CAST(NULL AS double) AS mean_low,
    CAST(NULL AS double) AS mean_high,
    CAST(NULL AS double) AS predicted_low,
    CAST(NULL AS double) AS predicted_high
  FROM course_engagement.certificates_minutes
  UNION ALL
  SELECT
    'line' AS part,
    row_number() OVER (ORDER BY minutes_watched ASC) AS place,
    minutes_watched,
    CAST(NULL AS bigint) AS certificates_issued,
    predicted,
    mean_low,
    mean_high,
    predicted_low,
    predicted_high
  FROM course_engagement.certificates_regression_band
)
SELECT
  part,
  place,
  minutes_watched,
  certificates_issued,
  predicted,
  mean_low,
  mean_high,
  predicted_low,
  predicted_high
FROM parts
