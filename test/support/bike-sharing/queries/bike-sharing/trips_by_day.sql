SELECT
  CAST(trips.started_at AS date) AS day,
  CASE WHEN day_of_week(trips.started_at) IN (6, 7) THEN 'weekend' ELSE 'weekday' END AS kind_of_day,
  trips.rider,
  count(*) AS trips,
  avg(trips.minutes) AS mean_minutes
FROM bike_sharing.trips
GROUP BY 1, 2, 3
