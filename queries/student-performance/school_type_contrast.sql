WITH sides AS (
  SELECT
    sample_a AS school_type,
    n_a AS students,
    mean_a AS mean_exam_score,
    ci95_low_a AS ci95_low,
    ci95_high_a AS ci95_high,
    mean_a - mean_b AS difference,
    p_value_two_sided AS p_value,
    p_value_two_sided >= 5e-2 AS by_chance
  FROM student_performance.school_type_test
  WHERE n_a > 0
  UNION ALL
  SELECT
    sample_b AS school_type,
    n_b AS students,
    mean_b AS mean_exam_score,
    ci95_low_b AS ci95_low,
    ci95_high_b AS ci95_high,
    mean_b - mean_a AS difference,
    p_value_two_sided AS p_value,
    p_value_two_sided >= 5e-2 AS by_chance
  FROM student_performance.school_type_test
  WHERE n_b > 0
)
SELECT
  school_type,
  students,
  mean_exam_score,
  ci95_low,
  ci95_high,
  difference,
  p_value,
  by_chance
FROM sides
