WITH apps AS (
  SELECT
    count(*) AS apps,
    CAST(coalesce(sum(districts), 0) AS bigint) AS installs,
    count(CASE WHEN districts = 1 THEN 1 END) AS single_district_apps,
    count(CASE WHEN districts > 10 THEN 1 END) AS apps_over_10,
    count(CASE WHEN districts > 100 THEN 1 END) AS apps_over_100,
    max(districts) AS max_districts
  FROM app_installs.districts_per_app
),
installs AS (
  SELECT
    count(DISTINCT district_id) AS districts,
    count(DISTINCT created) AS creation_dates
  FROM app_installs.installs
)
SELECT
  apps.apps,
  installs.districts,
  apps.installs,
  installs.creation_dates,
  apps.single_district_apps,
  apps.apps_over_10,
  apps.apps_over_100,
  apps.max_districts
FROM apps
CROSS JOIN installs
