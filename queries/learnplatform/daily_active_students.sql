SELECT
  time,
  count(*) AS districts,
  avg(dau_low) AS dau_low,
  avg(dau_high) AS dau_high
FROM learnplatform.district_daily
GROUP BY time
