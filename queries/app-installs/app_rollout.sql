WITH placed AS (
  SELECT
    app_id,
    rollout_share,
    rollout_band,
    count(rollout_share) OVER (PARTITION BY app_id) AS shares,
    row_number() OVER (PARTITION BY app_id ORDER BY rollout_share ASC NULLS LAST, district_id ASC) AS place
  FROM app_installs.rollout
),
counted AS (
  SELECT
    app_id,
    count(*) AS installs,
    count(rollout_share) AS known,
    -- The median: the middle place of an odd count, the two middle places of an even one.
    avg(CASE WHEN 2 * place BETWEEN shares AND shares + 2 THEN rollout_share END) AS median_share,
    -- By band, which is decided in whole numbers.
    count(CASE WHEN rollout_band IN ('90-100%', 'over 100%') THEN 1 END) AS full_installs,
    count(CASE WHEN rollout_band = '0-10%' THEN 1 END) AS small_installs
  FROM placed
  GROUP BY app_id
)
SELECT
  app_id,
  installs,
  known,
  median_share,
  CAST(full_installs AS double) / nullif(known, 0) AS share_full,
  CAST(small_installs AS double) / nullif(known, 0) AS share_small,
  CASE
    WHEN known < 3 THEN 'unknown'
    WHEN 2 * full_installs >= known THEN 'whole district'
    WHEN 2 * small_installs >= known THEN 'pilot'
    ELSE 'mixed'
  END AS pattern
FROM counted
