WITH sides AS (
  SELECT group_value AS paid, sample_a AS year, n_a AS n, mean_a AS mean, median_a AS median, std_a AS std, ci95_low_a AS ci95_low, ci95_high_a AS ci95_high
  FROM course_engagement.engagement_tests
  UNION ALL
  SELECT group_value AS paid, sample_b AS year, n_b AS n, mean_b AS mean, median_b AS median, std_b AS std, ci95_low_b AS ci95_low, ci95_high_b AS ci95_high
  FROM course_engagement.engagement_tests
)
SELECT paid, CAST(year AS integer) AS year, n, mean, median, std, ci95_low, ci95_high
FROM sides
