WITH members AS (
  SELECT cluster, count(*) AS districts
  FROM learnplatform.district_clusters
  GROUP BY cluster
),
used AS (
  SELECT
    clusters.cluster,
    used.lp_id,
    used.pages_per_student,
    count(used.pages_per_student) OVER (PARTITION BY clusters.cluster, used.lp_id) AS known,
    row_number() OVER (
      PARTITION BY clusters.cluster, used.lp_id
      ORDER BY used.pages_per_student ASC NULLS LAST, used.district_id ASC
    ) AS place
  FROM learnplatform.district_products AS used
  INNER JOIN learnplatform.district_clusters AS clusters ON clusters.district_id = used.district_id
),
peers AS (
  SELECT
    cluster,
    lp_id,
    count(*) AS users,
    -- The median: the middle place of an odd count, the two middle places of an even one.
    avg(CASE WHEN 2 * place BETWEEN known AND known + 2 THEN pages_per_student END) AS median_pages
  FROM used
  GROUP BY cluster, lp_id
)
SELECT
  clusters.district_id,
  peers.lp_id,
  products.product_name,
  clusters.cluster,
  CAST(peers.users AS double) / members.districts AS peer_share,
  peers.median_pages AS peer_pages_per_student,
  row_number() OVER (
    PARTITION BY clusters.district_id
    ORDER BY peers.users DESC, round(peers.median_pages, 9) DESC NULLS LAST, peers.lp_id ASC
  ) AS rank
FROM learnplatform.district_clusters AS clusters
INNER JOIN members ON members.cluster = clusters.cluster
INNER JOIN peers ON peers.cluster = clusters.cluster
INNER JOIN learnplatform.products ON products.lp_id = peers.lp_id
LEFT JOIN learnplatform.district_products AS own
  ON own.district_id = clusters.district_id AND own.lp_id = peers.lp_id
WHERE own.lp_id IS NULL
