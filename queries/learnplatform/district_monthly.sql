WITH days AS (
  SELECT
    district_id,
    CAST(date_trunc('month', time) AS date) AS month,
    count(*) AS active_days,
    sum(pages_per_student) AS pages_per_student,
    avg(dau_low) AS mean_dau_low,
    max(dau_low) AS mau_low,
    CASE WHEN sum(dau_high) > 1e2 THEN 1e2 ELSE sum(dau_high) END AS mau_high
  FROM learnplatform.district_daily
  GROUP BY district_id, CAST(date_trunc('month', time) AS date)
),
products AS (
  SELECT district_id, month, count(*) AS products_used
  FROM learnplatform.district_product_monthly
  GROUP BY district_id, month
)
SELECT
  days.district_id,
  days.month,
  days.active_days,
  products.products_used,
  days.pages_per_student,
  days.mau_low,
  days.mau_high,
  days.mean_dau_low / nullif(days.mau_high, 0e0) AS stickiness_low,
  -- A mean never exceeds its largest value, but its last digit may round up.
  CASE
    WHEN days.mean_dau_low > days.mau_low THEN 1e0
    ELSE days.mean_dau_low / nullif(days.mau_low, 0e0)
  END AS stickiness_high
FROM days
INNER JOIN products ON products.district_id = days.district_id AND products.month = days.month
