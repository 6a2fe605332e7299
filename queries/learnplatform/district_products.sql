SELECT
  district_id,
  lp_id,
  CAST(sum(records) AS bigint) AS records,
  sum(pages_per_student) AS pages_per_student,
  sum(pages_per_student_unfilled) AS pages_per_student_unfilled,
  min(first_day) AS first_day,
  max(last_day) AS last_day
FROM learnplatform.district_product_monthly
GROUP BY district_id, lp_id
