WITH district_months AS (
  SELECT products.function_group, used.month, used.district_id, sum(used.pages_per_student) AS pages_per_student
  FROM learnplatform.district_product_monthly AS used
  INNER JOIN learnplatform.products ON products.lp_id = used.lp_id
  WHERE products.function_group IS NOT NULL
  GROUP BY products.function_group, used.month, used.district_id
),
product_months AS (
  SELECT products.function_group, used.month, count(DISTINCT used.lp_id) AS products
  FROM learnplatform.district_product_monthly AS used
  INNER JOIN learnplatform.products ON products.lp_id = used.lp_id
  WHERE products.function_group IS NOT NULL
  GROUP BY products.function_group, used.month
)
SELECT
  district_months.function_group,
  district_months.month,
  count(*) AS districts,
  max(product_months.products) AS products,
  avg(district_months.pages_per_student) AS pages_per_student
FROM district_months
INNER JOIN product_months
  ON product_months.function_group = district_months.function_group AND product_months.month = district_months.month
GROUP BY district_months.function_group, district_months.month
