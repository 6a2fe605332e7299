WITH bins AS (
  SELECT bin_low, 2e0 * bin_low AS bin_high
  FROM (
    VALUES (0.015625e0), (0.03125e0), (0.0625e0), (0.125e0), (0.25e0), (0.5e0), (1e0), (2e0), (4e0), (8e0), (16e0), (32e0),
      (64e0), (128e0), (256e0), (512e0), (1024e0), (2048e0), (4096e0), (8192e0), (16384e0), (32768e0), (65536e0)
  ) AS bounds (bin_low)
),
binned AS (
  SELECT watched.year, watched.paid, bins.bin_low, bins.bin_high, watched.minutes_watched, thresholds.upper_threshold
  FROM course_engagement.minutes_by_period AS watched
  INNER JOIN bins
    ON (watched.minutes_watched >= bins.bin_low OR bins.bin_low = 0.015625e0)
    AND (watched.minutes_watched < bins.bin_high OR bins.bin_low = 65536e0)
  LEFT JOIN course_engagement.minutes_outlier_thresholds AS thresholds
    ON thresholds.year = watched.year AND thresholds.paid = watched.paid
)
SELECT
  year,
  paid,
  bin_low,
  bin_high,
  count(*) AS students,
  count(CASE WHEN minutes_watched >= upper_threshold THEN 1 END) AS removed,
  CAST(count(*) AS double) / sum(CAST(count(*) AS double)) OVER (PARTITION BY year, paid) AS share,
  max(upper_threshold) AS threshold
FROM binned
GROUP BY year, paid, bin_low, bin_high
