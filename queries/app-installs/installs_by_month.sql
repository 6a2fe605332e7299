WITH first_of_district AS (
  SELECT district_id, min(created) AS created
  FROM app_installs.installs
  GROUP BY district_id
),
events AS (
  SELECT created, 1 AS new_install, 0 AS new_district, 0 AS new_app
  FROM app_installs.installs
  UNION ALL
  SELECT created, 0 AS new_install, 1 AS new_district, 0 AS new_app
  FROM first_of_district
  UNION ALL
  SELECT first_created AS created, 0 AS new_install, 0 AS new_district, 1 AS new_app
  FROM app_installs.districts_per_app
),
months AS (
  SELECT
    CAST(date_trunc('month', created) AS date) AS month,
    CAST(sum(new_install) AS bigint) AS installs,
    CAST(sum(new_district) AS bigint) AS new_districts,
    CAST(sum(new_app) AS bigint) AS new_apps
  FROM events
  GROUP BY CAST(date_trunc('month', created) AS date)
)
SELECT
  month,
  installs,
  new_districts,
  new_apps,
  CAST(sum(new_districts) OVER (ORDER BY month ASC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS bigint)
    AS cumulative_districts
FROM months
