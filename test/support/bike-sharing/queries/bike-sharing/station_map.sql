SELECT
  station_usage.station_id,
  station_usage.name,
  station_usage.district,
  station_usage.km_from_centre,
  station_usage.trips,
  station_usage.trips_per_dock,
  station_usage.mean_minutes,
  station_clusters.cluster
FROM bike_sharing.station_usage
JOIN bike_sharing.station_clusters ON station_clusters.station_id = station_usage.station_id
