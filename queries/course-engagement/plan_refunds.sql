SELECT
  plan,
  min(plan_id) AS plan_id,
  count(*) AS subscriptions,
  count(CASE WHEN refunded THEN 1 END) AS refunded,
  CAST(count(CASE WHEN refunded THEN 1 END) AS double) / CAST(count(*) AS double) AS refunded_share,
  avg(CASE WHEN refunded THEN CAST(date_diff('day', date_start, date_end) AS double) END) AS mean_days_to_refund
FROM course_engagement.subscriptions
GROUP BY plan
