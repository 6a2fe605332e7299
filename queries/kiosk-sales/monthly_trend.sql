SELECT
  CAST(date_trunc('month', purchased_at) AS date) AS month,
  count(*) AS purchases,
  count(DISTINCT card_hash) AS cards,
  count(DISTINCT kiosk_id) AS kiosks
FROM kiosk_sales.purchases
GROUP BY CAST(date_trunc('month', purchased_at) AS date)
