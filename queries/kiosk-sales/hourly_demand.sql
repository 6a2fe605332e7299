SELECT
  hour(local_time) AS hour,
  day_of_week(local_time) AS day_of_week,
  count(*) AS purchases
FROM kiosk_sales.purchases
GROUP BY hour(local_time), day_of_week(local_time)
