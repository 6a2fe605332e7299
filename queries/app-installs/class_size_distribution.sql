SELECT
  sections.district_id,
  sections.students,
  count(*) AS classes,
  max(sizes.classes) AS classes_of_district,
  max(sizes.mean) AS mean,
  max(sizes.std) AS std,
  max(sizes.ci95_low) AS ci95_low,
  max(sizes.ci95_high) AS ci95_high
FROM app_installs.sections AS sections
INNER JOIN app_installs.class_sizes AS sizes ON sizes.district_id = sections.district_id
WHERE sections.students IS NOT NULL
GROUP BY sections.district_id, sections.students
