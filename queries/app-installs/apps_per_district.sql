WITH per_district AS (
  SELECT district_id, count(*) AS apps
  FROM app_installs.installs
  GROUP BY district_id
),
whole AS (
  SELECT count(*) AS districts
  FROM per_district
)
SELECT
  per_district.apps,
  count(*) AS districts,
  CAST(count(*) AS double) / max(whole.districts) AS share
FROM per_district
CROSS JOIN whole
GROUP BY per_district.apps
