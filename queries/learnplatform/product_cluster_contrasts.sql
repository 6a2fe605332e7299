WITH figures AS (
  SELECT lp_id, 'num_district' AS feature, CAST(num_district AS double) AS figure FROM learnplatform.product_features
  UNION ALL
  SELECT lp_id, 'lp_id_loads' AS feature, CAST(lp_id_loads AS double) AS figure FROM learnplatform.product_features
  UNION ALL
  SELECT lp_id, 'engagement_per_student' AS feature, CAST(engagement_per_student AS double) AS figure FROM learnplatform.product_features
),
spread AS (
  SELECT figures.feature, avg(figures.figure) AS mean, stddev_samp(figures.figure) AS deviation
  FROM figures
  INNER JOIN learnplatform.product_clusters AS clusters ON clusters.lp_id = figures.lp_id
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
FROM learnplatform.product_cluster_profiles AS profiles
INNER JOIN spread ON spread.feature = profiles.feature
