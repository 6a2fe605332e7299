WITH cards AS (
  SELECT
    card_hash,
    count(*) AS purchases,
    count(DISTINCT product_id) AS products,
    count(DISTINCT kiosk_id) AS kiosks,
    count(DISTINCT date_trunc('day', local_time)) AS days,
    min(purchased_at) AS first_purchase,
    max(purchased_at) AS last_purchase
  FROM kiosk_sales.purchases
  GROUP BY card_hash
)
SELECT
  card_hash,
  purchases,
  products,
  kiosks,
  days,
  first_purchase,
  last_purchase,
  rank() OVER (ORDER BY purchases DESC) AS rank,
  purchases >= 100 AND purchases > 10 * days AS likely_corporate
FROM cards
