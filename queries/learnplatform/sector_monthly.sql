WITH product_sectors AS (
  SELECT DISTINCT products.lp_id, trim(parts.sector) AS sector
  FROM learnplatform.products
  CROSS JOIN UNNEST(split(products.sectors, '; ')) AS parts (sector)
  WHERE trim(parts.sector) <> ''
),
district_months AS (
  SELECT sectors.sector, used.month, used.district_id, sum(used.pages_per_student) AS pages_per_student
  FROM learnplatform.district_product_monthly AS used
  INNER JOIN product_sectors AS sectors ON sectors.lp_id = used.lp_id
  GROUP BY sectors.sector, used.month, used.district_id
),
product_months AS (
  SELECT sectors.sector, used.month, count(DISTINCT used.lp_id) AS products
  FROM learnplatform.district_product_monthly AS used
  INNER JOIN product_sectors AS sectors ON sectors.lp_id = used.lp_id
  GROUP BY sectors.sector, used.month
)
SELECT
  district_months.sector,
  district_months.month,
  count(*) AS districts,
  max(product_months.products) AS products,
  avg(district_months.pages_per_student) AS pages_per_student
FROM district_months
INNER JOIN product_months
  ON product_months.sector = district_months.sector AND product_months.month = district_months.month
GROUP BY district_months.sector, district_months.month
