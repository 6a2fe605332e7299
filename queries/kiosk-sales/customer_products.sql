WITH counted AS (
  SELECT card_hash, product_id, count(*) AS purchases
  FROM kiosk_sales.purchases
  GROUP BY card_hash, product_id
),
ranked AS (
  SELECT
    card_hash,
    product_id,
    purchases,
    row_number() OVER (ORDER BY purchases DESC, card_hash ASC, product_id ASC) AS rank
  FROM counted
)
SELECT
  ranked.card_hash,
  ranked.product_id,
  products.product_name,
  ranked.purchases,
  ranked.rank
FROM ranked
LEFT JOIN kiosk_sales.products ON products.product_id = ranked.product_id
WHERE ranked.rank <= 1000
