WITH placed AS (
  SELECT
    purchases,
    products,
    kiosks,
    days,
    first_purchase,
    last_purchase,
    likely_corporate,
    row_number() OVER (ORDER BY purchases DESC, card_hash ASC) AS place
  FROM kiosk_sales.repeat_customers
)
SELECT
  place,
  purchases,
  CAST(purchases AS double) / nullif(days, 0) AS purchases_per_day,
  products,
  kiosks,
  days,
  first_purchase,
  last_purchase,
  likely_corporate
FROM placed
WHERE place <= 20
