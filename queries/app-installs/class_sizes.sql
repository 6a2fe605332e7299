SELECT
  district_id,
  n AS classes,
  mean,
  std,
  median,
  min,
  max,
  ci95_low,
  ci95_high
FROM app_installs.class_size_summary
WHERE feature = 'students'
