WITH district_months AS (
  SELECT
    districts.state,
    months.month,
    count(*) AS districts,
    avg(months.pages_per_student) AS pages_per_student
  FROM learnplatform.district_monthly AS months
  INNER JOIN learnplatform.districts_filled AS districts ON districts.district_id = months.district_id
  GROUP BY districts.state, months.month
),
product_months AS (
  SELECT districts.state, used.month, count(DISTINCT used.lp_id) AS products
  FROM learnplatform.district_product_monthly AS used
  INNER JOIN learnplatform.districts_filled AS districts ON districts.district_id = used.district_id
  GROUP BY districts.state, used.month
)
SELECT
  district_months.state,
  district_months.month,
  district_months.districts,
  product_months.products,
  district_months.pages_per_student
FROM district_months
INNER JOIN product_months
  ON product_months.state = district_months.state AND product_months.month = district_months.month
