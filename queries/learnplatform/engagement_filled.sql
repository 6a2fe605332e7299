SELECT
  engagement.district_id,
  engagement.time,
  engagement.lp_id,
  coalesce(engagement.pct_access, minimums.min_pct_access) AS pct_access,
  coalesce(engagement.engagement_index, minimums.min_engagement_index) AS engagement_index,
  engagement.pct_access IS NULL AND minimums.min_pct_access IS NOT NULL AS pct_access_filled,
  engagement.engagement_index IS NULL AND minimums.min_engagement_index IS NOT NULL AS engagement_index_filled
FROM learnplatform.engagement
INNER JOIN learnplatform.products ON products.lp_id = engagement.lp_id
INNER JOIN learnplatform.district_minimums AS minimums ON minimums.district_id = engagement.district_id
