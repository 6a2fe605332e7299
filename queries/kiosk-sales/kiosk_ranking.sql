WITH prices AS (
  SELECT product_id, cost, cost / nullif(1e0 - margin, 0e0) AS price
  FROM kiosk_sales.products
),
sold AS (
  SELECT kiosk_id, product_id, count(*) AS purchases
  FROM kiosk_sales.purchases
  GROUP BY kiosk_id, product_id
),
takings AS (
  SELECT
    sold.kiosk_id,
    count(*) AS products,
    CAST(sum(sold.purchases) AS bigint) AS purchases,
    sum(CASE WHEN prices.price IS NOT NULL THEN CAST(sold.purchases AS double) ELSE 0e0 END) AS known_purchases,
    sum(CAST(sold.purchases AS double) * prices.price) AS revenue,
    sum(CASE WHEN prices.price IS NOT NULL THEN CAST(sold.purchases AS double) * prices.cost END) AS cost
  FROM sold
  LEFT JOIN prices ON prices.product_id = sold.product_id
  GROUP BY sold.kiosk_id
),
customers AS (
  SELECT kiosk_id, count(DISTINCT card_hash) AS cards
  FROM kiosk_sales.purchases
  GROUP BY kiosk_id
)
SELECT
  takings.kiosk_id,
  takings.purchases,
  customers.cards,
  takings.products,
  takings.revenue,
  takings.revenue - takings.cost AS gross_profit,
  (takings.revenue - takings.cost) / nullif(takings.revenue, 0e0) AS gross_margin,
  takings.known_purchases / takings.purchases AS known_share,
  rank() OVER (ORDER BY takings.purchases DESC) AS rank
FROM takings
INNER JOIN customers ON customers.kiosk_id = takings.kiosk_id
