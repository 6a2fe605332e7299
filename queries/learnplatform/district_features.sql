WITH totals AS (
  SELECT
    used.district_id,
    CAST(sum(used.records) AS bigint) AS frequency,
    date_diff('day', min(used.first_day), max(used.last_day)) AS usage_days,
    max(used.last_day) AS last_day,
    count(*) AS num_products_used,
    count(DISTINCT products.provider) AS num_providers,
    count(DISTINCT replace(products.function_group, 'References', 'Reference')) AS functions_covered,
    sum(used.pages_per_student) AS total_pages_per_student,
    sum(used.pages_per_student_unfilled) AS total_pages_per_student_unfilled
  FROM learnplatform.district_products AS used
  INNER JOIN learnplatform.products ON products.lp_id = used.lp_id
  GROUP BY used.district_id
),
days AS (
  SELECT district_id, count(*) AS active_days
  FROM learnplatform.district_daily
  GROUP BY district_id
),
whole AS (
  SELECT max(last_day) AS last_day FROM learnplatform.district_products
)
SELECT
  totals.district_id,
  totals.frequency,
  days.active_days,
  totals.usage_days,
  date_diff('day', totals.last_day, whole.last_day) AS recency_days,
  totals.num_products_used,
  totals.num_providers,
  totals.functions_covered,
  CAST(totals.frequency AS double) / nullif(totals.usage_days, 0) AS clicks_per_day,
  totals.total_pages_per_student,
  totals.total_pages_per_student_unfilled,
  districts.pct_black_hispanic AS avg_black_hispanic,
  districts.pct_free_reduced AS avg_free_reduced,
  districts.pp_total_raw AS avg_spent_per_pupil,
  districts.state
FROM totals
CROSS JOIN whole
INNER JOIN days ON days.district_id = totals.district_id
LEFT JOIN learnplatform.districts_filled AS districts ON districts.district_id = totals.district_id
