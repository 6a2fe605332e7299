SELECT
  features.lp_id,
  products.product_name,
  products.provider,
  products.primary_function,
  features.num_district,
  features.engagement_per_student,
  features.engagement_per_student / features.num_district AS pages_per_student_where_used,
  rank() OVER (ORDER BY round(features.engagement_per_student, 9) DESC NULLS LAST) AS rank
FROM learnplatform.product_features AS features
INNER JOIN learnplatform.products ON products.lp_id = features.lp_id
