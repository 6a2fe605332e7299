WITH known AS (
  SELECT
    app_id,
    district_id,
    -- Tenths are compared as whole numbers: 3 of 10 is no less than 30 % on any engine.
    CAST(nullif(accounts_provisioned, 0) AS bigint) AS accounts,
    CAST(nullif(district_size, 0) AS bigint) AS students
  FROM app_installs.installs
)
SELECT
  app_id,
  district_id,
  CAST(accounts AS double) / CAST(students AS double) AS rollout_share,
  CASE
    WHEN accounts IS NULL OR students IS NULL THEN 'unknown'
    WHEN accounts > students THEN 'over 100%'
    WHEN 10 * accounts >= 9 * students THEN '90-100%'
    WHEN 10 * accounts >= 8 * students THEN '80-90%'
    WHEN 10 * accounts >= 7 * students THEN '70-80%'
    WHEN 10 * accounts >= 6 * students THEN '60-70%'
    WHEN 10 * accounts >= 5 * students THEN '50-60%'
    WHEN 10 * accounts >= 4 * students THEN '40-50%'
    WHEN 10 * accounts >= 3 * students THEN '30-40%'
    WHEN 10 * accounts >= 2 * students THEN '20-30%'
    WHEN 10 * accounts >= students THEN '10-20%'
    ELSE '0-10%'
  END AS rollout_band
FROM known
