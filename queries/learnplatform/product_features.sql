WITH totals AS (
  SELECT
    used.lp_id,
    count(*) AS num_district,
    CAST(sum(used.records) AS bigint) AS lp_id_loads,
    max(used.last_day) AS last_day,
    sum(used.pages_per_student) AS engagement_per_student
  FROM learnplatform.district_products AS used
  INNER JOIN learnplatform.districts_filled AS districts ON districts.district_id = used.district_id
  GROUP BY used.lp_id
),
days AS (
  SELECT lp_id, count(*) AS active_days
  FROM learnplatform.product_daily
  WHERE districts_with_state > 0
  GROUP BY lp_id
),
whole AS (
  SELECT max(last_day) AS last_day FROM learnplatform.district_products
)
SELECT
  totals.lp_id,
  totals.num_district,
  totals.lp_id_loads,
  days.active_days,
  date_diff('day', totals.last_day, whole.last_day) AS recency_days,
  totals.engagement_per_student,
  products.product_name
FROM totals
CROSS JOIN whole
INNER JOIN days ON days.lp_id = totals.lp_id
INNER JOIN learnplatform.products ON products.lp_id = totals.lp_id
