WITH banded AS (
  SELECT
    CASE
      WHEN hours_studied >= 35 THEN 35
      WHEN hours_studied >= 30 THEN 30
      WHEN hours_studied >= 25 THEN 25
      WHEN hours_studied >= 20 THEN 20
      WHEN hours_studied >= 15 THEN 15
      WHEN hours_studied >= 10 THEN 10
      WHEN hours_studied >= 5 THEN 5
      ELSE 0
    END AS hours_from,
    CAST(exam_score AS double) AS exam_score
  FROM student_performance.factors
)
SELECT
  CASE hours_from
    WHEN 35 THEN '35 or more'
    WHEN 30 THEN '30-34'
    WHEN 25 THEN '25-29'
    WHEN 20 THEN '20-24'
    WHEN 15 THEN '15-19'
    WHEN 10 THEN '10-14'
    WHEN 5 THEN '05-09'
    ELSE '00-04'
  END AS hours_band,
  hours_from,
  count(*) AS students,
  avg(exam_score) AS mean_exam_score,
  stddev_samp(exam_score) AS std,
  stddev_samp(exam_score) / sqrt(CAST(count(*) AS double)) AS standard_error
FROM banded
GROUP BY hours_from
