WITH whole AS (
  SELECT count(*) AS apps, CAST(sum(installs) AS bigint) AS installs
  FROM app_installs.app_rollout
)
SELECT
  app_rollout.pattern,
  count(*) AS apps,
  CAST(count(*) AS double) / max(whole.apps) AS share_of_apps,
  CAST(sum(app_rollout.installs) AS bigint) AS installs,
  CAST(sum(app_rollout.installs) AS double) / max(whole.installs) AS share_of_installs
FROM app_installs.app_rollout AS app_rollout
CROSS JOIN whole
GROUP BY app_rollout.pattern
