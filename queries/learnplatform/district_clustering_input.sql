SELECT
  district_id,
  frequency,
  active_days,
  usage_days,
  recency_days,
  num_products_used,
  num_providers,
  functions_covered,
  clicks_per_day,
  total_pages_per_student,
  total_pages_per_student_unfilled,
  avg_black_hispanic,
  avg_free_reduced,
  avg_spent_per_pupil
FROM learnplatform.district_features
WHERE state IS NOT NULL
