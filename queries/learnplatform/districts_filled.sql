WITH with_state AS (
  SELECT
    districts.*,
    CASE state
      WHEN 'Connecticut' THEN 19000e0
      WHEN 'California' THEN 13000e0
      WHEN 'Ohio' THEN 13000e0
      WHEN 'North Dakota' THEN 13000e0
      WHEN 'New York' THEN 23000e0
      WHEN 'Arizona' THEN 9000e0
      WHEN 'New Hampshire' THEN 17000e0
    END AS state_pp_total_raw
  FROM learnplatform.districts
  WHERE state IS NOT NULL
)
SELECT
  district_id,
  state,
  locale,
  pct_black_hispanic,
  pct_black_hispanic_interval,
  coalesce(pct_free_reduced, 0.5e0) AS pct_free_reduced,
  pct_free_reduced_interval,
  pct_free_reduced IS NULL AS pct_free_reduced_filled,
  coalesce(county_connections_ratio, 0.59e0) AS county_connections_ratio,
  county_connections_ratio_interval,
  county_connections_ratio IS NULL AS county_connections_ratio_filled,
  coalesce(pp_total_raw, state_pp_total_raw) AS pp_total_raw,
  pp_total_raw_interval,
  pp_total_raw IS NULL AND state_pp_total_raw IS NOT NULL AS pp_total_raw_filled
FROM with_state
