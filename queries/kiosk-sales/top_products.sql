WITH counted AS (
  SELECT product_id, count(*) AS purchases
  FROM kiosk_sales.purchases
  GROUP BY product_id
)
SELECT
  counted.product_id,
  products.product_name,
  products.brand,
  counted.purchases,
  rank() OVER (ORDER BY counted.purchases DESC) AS rank
FROM counted
LEFT JOIN kiosk_sales.products ON products.product_id = counted.product_id
