WITH per_app AS (
  SELECT
    app_id,
    count(*) AS districts,
    CAST(sum(accounts_provisioned) AS bigint) AS accounts,
    min(created) AS first_created,
    max(created) AS last_created
  FROM app_installs.installs
  GROUP BY app_id
),
whole AS (
  SELECT count(DISTINCT district_id) AS districts
  FROM app_installs.installs
)
SELECT
  per_app.app_id,
  per_app.districts,
  CAST(per_app.districts AS double) / whole.districts AS share_of_districts,
  per_app.accounts,
  per_app.first_created,
  per_app.last_created,
  rank() OVER (ORDER BY per_app.districts DESC) AS rank
FROM per_app
CROSS JOIN whole
