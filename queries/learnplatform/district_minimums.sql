SELECT
  district_id,
  min(pct_access) AS min_pct_access,
  min(engagement_index) AS min_engagement_index
FROM learnplatform.engagement
GROUP BY district_id
