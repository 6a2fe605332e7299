WITH figures AS (
  SELECT district_id, 'recency_days' AS feature, CAST(recency_days AS double) AS figure FROM learnplatform.district_clustering_input
  UNION ALL
  SELECT district_id, 'clicks_per_day' AS feature, CAST(clicks_per_day AS double) AS figure FROM learnplatform.district_clustering_input
  UNION ALL
  SELECT district_id, 'total_pages_per_student' AS feature, CAST(total_pages_per_student AS double) AS figure FROM learnplatform.district_clustering_input
  UNION ALL
  SELECT district_id, 'avg_black_hispanic' AS feature, CAST(avg_black_hispanic AS double) AS figure FROM learnplatform.district_clustering_input
  UNION ALL
  SELECT district_id, 'avg_spent_per_pupil' AS feature, CAST(avg_spent_per_pupil AS double) AS figure FROM learnplatform.district_clustering_input
),
spread AS (
  SELECT figures.feature, avg(figures.figure) AS mean, stddev_samp(figures.figure) AS deviation
  FROM figures
  INNER JOIN learnplatform.district_clusters AS clusters ON clusters.district_id = figures.district_id
  GROUP BY figures.feature
)
SELECT
  profiles.cluster,
  profiles.feature,
  profiles.size,
  profiles.mean,
  profiles.median,
  profiles.min,
  profiles.max,
  (profiles.mean - spread.mean) / nullif(spread.deviation, 0e0) AS standardised_mean
FROM learnplatform.district_cluster_profiles AS profiles
INNER JOIN spread ON spread.feature = profiles.feature
