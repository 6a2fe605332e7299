WITH rules AS (
  SELECT 'keep all' AS rule, 1 AS place, false AS drops_accounts, false AS drops_size
  UNION ALL
  SELECT 'drop zero accounts' AS rule, 2 AS place, true AS drops_accounts, false AS drops_size
  UNION ALL
  SELECT 'drop zero size' AS rule, 3 AS place, false AS drops_accounts, true AS drops_size
  UNION ALL
  SELECT 'drop either' AS rule, 4 AS place, true AS drops_accounts, true AS drops_size
),
kept AS (
  SELECT rules.rule, installs.app_id, installs.district_id
  FROM rules
  CROSS JOIN app_installs.installs AS installs
  WHERE (NOT rules.drops_accounts OR installs.accounts_provisioned > 0)
    AND (NOT rules.drops_size OR installs.district_size > 0)
),
per_district AS (
  SELECT rule, district_id, count(*) AS apps
  FROM kept
  GROUP BY rule, district_id
),
districts AS (
  SELECT rule, count(*) AS districts, count(CASE WHEN apps = 1 THEN 1 END) AS single_app_districts
  FROM per_district
  GROUP BY rule
),
apps AS (
  SELECT rule, count(*) AS installs, count(DISTINCT app_id) AS apps
  FROM kept
  GROUP BY rule
)
SELECT
  rules.rule,
  rules.place,
  coalesce(apps.installs, 0) AS installs,
  coalesce(apps.apps, 0) AS apps,
  coalesce(districts.districts, 0) AS districts,
  coalesce(districts.single_app_districts, 0) AS single_app_districts,
  CAST(districts.single_app_districts AS double) / districts.districts AS share_single_app
FROM rules
LEFT JOIN apps ON apps.rule = rules.rule
LEFT JOIN districts ON districts.rule = rules.rule
