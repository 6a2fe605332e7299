WITH whole AS (
  SELECT count(*) AS installs, count(rollout_share) AS known
  FROM app_installs.rollout
)
SELECT
  rollout.rollout_band,
  count(*) AS installs,
  CAST(count(*) AS double) / max(whole.installs) AS share_of_installs,
  CASE WHEN rollout.rollout_band <> 'unknown' THEN CAST(count(*) AS double) / nullif(max(whole.known), 0) END AS share_of_known
FROM app_installs.rollout AS rollout
CROSS JOIN whole
GROUP BY rollout.rollout_band
