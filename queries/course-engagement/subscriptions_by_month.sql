SELECT
  CAST(date_trunc('month', date_start) AS date) AS month,
  plan,
  min(plan_id) AS plan_id,
  count(*) AS subscriptions,
  count(DISTINCT student_id) AS students,
  count(CASE WHEN refunded THEN 1 END) AS refunded
FROM course_engagement.subscriptions
GROUP BY CAST(date_trunc('month', date_start) AS date), plan
