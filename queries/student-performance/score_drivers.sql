SELECT
  feature_a AS factor,
  pearson_r,
  n,
  p_value,
  ci95_low,
  ci95_high,
  pearson_r * pearson_r AS r2,
  spearman_rho,
  p_value >= 5e-2 AS by_chance,
  rank() OVER (ORDER BY abs(pearson_r) DESC NULLS LAST, feature_a ASC) AS rank
FROM student_performance.score_correlations
