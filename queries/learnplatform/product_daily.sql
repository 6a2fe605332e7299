SELECT
  engagement.lp_id,
  engagement.time,
  count(*) AS districts,
  count(districts.district_id) AS districts_with_state,
  sum(engagement.engagement_index) / 1e3 AS pages_per_student,
  avg(engagement.pct_access) AS mean_pct_access
FROM learnplatform.engagement_filled AS engagement
LEFT JOIN learnplatform.districts_filled AS districts ON districts.district_id = engagement.district_id
GROUP BY engagement.lp_id, engagement.time
