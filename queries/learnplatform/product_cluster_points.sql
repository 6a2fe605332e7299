SELECT
  clusters.lp_id,
  products.product_name,
  products.primary_function,
  clusters.cluster,
  features.num_district,
  features.lp_id_loads,
  features.engagement_per_student,
  clusters.silhouette
FROM learnplatform.product_clusters AS clusters
INNER JOIN learnplatform.product_features AS features ON features.lp_id = clusters.lp_id
LEFT JOIN learnplatform.products ON products.lp_id = clusters.lp_id
