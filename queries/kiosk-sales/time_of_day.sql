WITH hours AS (
  SELECT hour(local_time) AS hour, count(*) AS purchases_local, CAST(0 AS bigint) AS purchases_utc
  FROM kiosk_sales.purchases
  GROUP BY hour(local_time)
  UNION ALL
  SELECT hour(purchased_at) AS hour, CAST(0 AS bigint) AS purchases_local, count(*) AS purchases_utc
  FROM kiosk_sales.purchases
  GROUP BY hour(purchased_at)
),
parts AS (
  SELECT
    CASE WHEN hour <= 12 THEN 'Morning' WHEN hour <= 17 THEN 'Afternoon' ELSE 'Evening' END AS part_of_day,
    purchases_local,
    purchases_utc
  FROM hours
)
SELECT
  part_of_day,
  CAST(sum(purchases_local) AS bigint) AS purchases_local,
  CAST(sum(purchases_utc) AS bigint) AS purchases_utc
FROM parts
GROUP BY part_of_day
