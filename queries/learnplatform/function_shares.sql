WITH used AS (
  SELECT lp_id, sum(pages_per_student) AS pages
  FROM learnplatform.district_products
  GROUP BY lp_id
),
grouped AS (
  SELECT
    coalesce(products.function_group, 'Unknown') AS function_group,
    count(*) AS products,
    coalesce(sum(used.pages), 0e0) AS pages
  FROM used
  INNER JOIN learnplatform.products ON products.lp_id = used.lp_id
  GROUP BY coalesce(products.function_group, 'Unknown')
)
SELECT
  function_group,
  products,
  CAST(products AS double) / CAST(sum(products) OVER () AS double) AS product_share,
  pages / nullif(sum(pages) OVER (), 0e0) AS page_share
FROM grouped
