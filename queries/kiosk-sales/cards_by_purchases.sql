WITH banded AS (
  SELECT
    purchases,
    CASE
      WHEN purchases >= 100 THEN 100
      WHEN purchases >= 50 THEN 50
      WHEN purchases >= 20 THEN 20
      WHEN purchases >= 10 THEN 10
      WHEN purchases >= 5 THEN 5
      WHEN purchases >= 2 THEN 2
      ELSE 1
    END AS at_least
  FROM kiosk_sales.repeat_customers
),
whole AS (
  SELECT count(*) AS cards, CAST(sum(purchases) AS bigint) AS purchases
  FROM kiosk_sales.repeat_customers
)
SELECT
  banded.at_least,
  CASE banded.at_least
    WHEN 1 THEN '1'
    WHEN 2 THEN '2-4'
    WHEN 5 THEN '5-9'
    WHEN 10 THEN '10-19'
    WHEN 20 THEN '20-49'
    WHEN 50 THEN '50-99'
    ELSE '100 or more'
  END AS purchases_band,
  count(*) AS cards,
  CAST(sum(banded.purchases) AS bigint) AS purchases,
  CAST(count(*) AS double) / max(whole.cards) AS share_of_cards,
  CAST(sum(banded.purchases) AS double) / max(whole.purchases) AS share_of_purchases
FROM banded
CROSS JOIN whole
GROUP BY banded.at_least
