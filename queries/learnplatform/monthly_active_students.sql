SELECT
  month,
  count(*) AS districts,
  avg(mau_low) AS mau_low,
  avg(mau_high) AS mau_high,
  avg(stickiness_low) AS stickiness_low,
  avg(stickiness_high) AS stickiness_high
FROM learnplatform.district_monthly
GROUP BY month
