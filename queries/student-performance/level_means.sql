WITH levels AS (
  SELECT 'parental_involvement' AS factor, parental_involvement AS level, exam_score FROM student_performance.factors
  UNION ALL
  SELECT 'access_to_resources', access_to_resources, exam_score FROM student_performance.factors
  UNION ALL
  SELECT 'extracurricular_activities', extracurricular_activities, exam_score FROM student_performance.factors
  UNION ALL
  SELECT 'motivation_level', motivation_level, exam_score FROM student_performance.factors
  UNION ALL
  SELECT 'internet_access', internet_access, exam_score FROM student_performance.factors
  UNION ALL
  SELECT 'family_income', family_income, exam_score FROM student_performance.factors
  UNION ALL
  SELECT 'teacher_quality', teacher_quality, exam_score FROM student_performance.factors
  UNION ALL
  SELECT 'school_type', school_type, exam_score FROM student_performance.factors
  UNION ALL
  SELECT 'peer_influence', peer_influence, exam_score FROM student_performance.factors
  UNION ALL
  SELECT 'learning_disabilities', learning_disabilities, exam_score FROM student_performance.factors
  UNION ALL
  SELECT 'parental_education_level', parental_education_level, exam_score FROM student_performance.factors
  UNION ALL
  SELECT 'distance_from_home', distance_from_home, exam_score FROM student_performance.factors
  UNION ALL
  SELECT 'gender', gender, exam_score FROM student_performance.factors
),
means AS (
  SELECT factor, level, count(*) AS students, avg(CAST(exam_score AS double)) AS mean_exam_score
  FROM levels
  WHERE level IS NOT NULL
  GROUP BY factor, level
),
placed AS (
  SELECT
    factor,
    level,
    students,
    mean_exam_score,
    row_number() OVER (PARTITION BY factor ORDER BY mean_exam_score ASC, level ASC) AS place,
    max(mean_exam_score) OVER (PARTITION BY factor) - min(mean_exam_score) OVER (PARTITION BY factor) AS spread
  FROM means
)
SELECT
  placed.factor,
  placed.level,
  placed.students,
  placed.mean_exam_score,
  placed.mean_exam_score - whole.mean_exam_score AS difference,
  placed.place,
  placed.spread,
  dense_rank() OVER (ORDER BY placed.spread DESC, placed.factor ASC) AS rank
FROM placed
CROSS JOIN (SELECT avg(CAST(exam_score AS double)) AS mean_exam_score FROM student_performance.factors) AS whole
