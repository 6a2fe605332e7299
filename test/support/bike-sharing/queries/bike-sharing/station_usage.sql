SELECT
  stations.station_id,
  stations.name,
  stations.district,
  stations.docks,
  stations.km_from_centre,
  stations.altitude_m,
  count(trips.trip_id) AS trips,
  avg(trips.minutes) AS mean_minutes,
  CAST(count(trips.trip_id) AS double) / stations.docks AS trips_per_dock,
  CAST(sum(CASE WHEN trips.rider = 'member' THEN 1 ELSE 0 END) AS double) / nullif(count(trips.trip_id), 0) AS member_share
FROM bike_sharing.stations
LEFT JOIN bike_sharing.trips ON trips.from_station = stations.station_id
GROUP BY stations.station_id, stations.name, stations.district, stations.docks, stations.km_from_centre, stations.altitude_m
