SELECT
  clusters.district_id,
  districts.state,
  districts.locale,
  clusters.cluster,
  features.clicks_per_day,
  features.total_pages_per_student,
  clusters.silhouette
FROM learnplatform.district_clusters AS clusters
INNER JOIN learnplatform.district_features AS features ON features.district_id = clusters.district_id
LEFT JOIN learnplatform.districts_filled AS districts ON districts.district_id = clusters.district_id
