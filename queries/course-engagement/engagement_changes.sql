SELECT
  group_value AS paid,
  CASE group_value WHEN 0 THEN 'free' WHEN 1 THEN 'paying' END AS students,
  n_a AS n_2021,
  n_b AS n_2022,
  mean_a AS mean_2021,
  mean_b AS mean_2022,
  mean_b - mean_a AS difference,
  f_statistic,
  f_p_value,
  CASE WHEN variances_equal THEN 'pooled' WHEN NOT variances_equal THEN 'Welch' END AS test,
  t_statistic,
  df,
  p_value_two_sided,
  p_value_increase,
  cohens_d,
  CASE
    WHEN p_value_two_sided < 1e-3 THEN 'below 0.001'
    WHEN p_value_two_sided < 1e-2 THEN 'below 0.01'
    WHEN p_value_two_sided < 5e-2 THEN 'below 0.05'
    WHEN p_value_two_sided IS NOT NULL THEN '0.05 or more'
  END AS p_band,
  CASE
    WHEN p_value_two_sided IS NULL THEN 'no figures'
    WHEN p_value_two_sided >= 5e-2 THEN 'no clear change'
    WHEN mean_b > mean_a THEN 'more in 2022'
    ELSE 'less in 2022'
  END AS verdict
FROM course_engagement.engagement_tests
