WITH plans AS (
  SELECT
    purchase_id,
    student_id,
    plan_id,
    CASE plan_id WHEN 0 THEN 'monthly' WHEN 1 THEN 'quarterly' WHEN 2 THEN 'annual' WHEN 3 THEN 'lifetime' END AS plan,
    date_purchased AS date_start,
    CASE plan_id
      WHEN 0 THEN date_add('month', 1, date_purchased)
      WHEN 1 THEN date_add('month', 3, date_purchased)
      WHEN 2 THEN date_add('month', 12, date_purchased)
    END AS plan_end,
    date_refunded
  FROM course_engagement.purchases
),
ends AS (
  SELECT *, coalesce(date_refunded, plan_end) AS date_end
  FROM plans
)
SELECT
  purchase_id,
  student_id,
  plan_id,
  plan,
  date_start,
  date_end,
  date_refunded IS NOT NULL AS refunded,
  CASE
    WHEN greatest(date_start, DATE '2021-04-01') <= least(coalesce(date_end, DATE '2021-06-30'), DATE '2021-06-30') THEN 1
    ELSE 0
  END AS paid_q2_2021,
  CASE
    WHEN greatest(date_start, DATE '2022-04-01') <= least(coalesce(date_end, DATE '2022-06-30'), DATE '2022-06-30') THEN 1
    ELSE 0
  END AS paid_q2_2022
FROM ends
