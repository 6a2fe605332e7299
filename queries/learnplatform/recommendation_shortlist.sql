SELECT
  recommended.district_id,
  recommended.rank,
  recommended.lp_id,
  recommended.product_name,
  products.provider,
  products.primary_function,
  recommended.peer_share,
  recommended.peer_pages_per_student,
  recommended.cluster,
  districts.state,
  districts.locale
FROM learnplatform.product_recommendations AS recommended
LEFT JOIN learnplatform.products ON products.lp_id = recommended.lp_id
LEFT JOIN learnplatform.districts_filled AS districts ON districts.district_id = recommended.district_id
WHERE recommended.rank <= 10
