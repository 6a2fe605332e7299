-- Trino's functions on DuckDB, so that the same SQL runs on Athena and here and gives the same rows.
-- What DuckDB has under the same name with another meaning is replaced; `system.main` reaches DuckDB's own.
-- Out of reach of a macro, so avoid it or cast: CAST of a double ending in .5 to an integer rounds to even here, away
-- from zero in Trino; a date plus an interval is a timestamp here; extract(DOW FROM x) starts with Sunday = 0 here; a
-- double as text reads 1.0 here, 1.0E0 there; division by zero is null here, an error there (of doubles Infinity, NaN);
-- NaN is the largest number here, and passed over by max, min, greatest, least, array_max and array_min there.
-- Not here: approx_distinct, approx_percentile and their like, whose results no exact function reproduces; date_parse,
-- for DuckDB wants its format as a literal (cast ISO text instead).

-- Dates and times -----------------------------------------------------------------------------------------------------

-- date_add(unit, n, x) has the type of x; a month's end stays within its month.
CREATE OR REPLACE MACRO date_add(unit, n, x) AS cast_to_type(
  CASE
    WHEN typeof(x) = 'DATE' AND lower(unit) IN ('hour', 'minute', 'second', 'millisecond')
      THEN error('''' || unit || ''' is not a valid DATE field')
    WHEN lower(unit) = 'year' THEN x + to_years(CAST(n AS INTEGER))
    WHEN lower(unit) = 'quarter' THEN x + to_months(CAST(3 * n AS INTEGER))
    WHEN lower(unit) = 'month' THEN x + to_months(CAST(n AS INTEGER))
    WHEN lower(unit) = 'week' THEN x + to_days(CAST(7 * n AS INTEGER))
    WHEN lower(unit) = 'day' THEN x + to_days(CAST(n AS INTEGER))
    WHEN lower(unit) = 'hour' THEN x + to_hours(n)
    WHEN lower(unit) = 'minute' THEN x + to_minutes(n)
    WHEN lower(unit) = 'second' THEN x + to_seconds(n)
    WHEN lower(unit) = 'millisecond' THEN x + to_milliseconds(n)
    ELSE error('''' || unit || ''' is not a valid field')
  END, x);

-- Counts complete units; DuckDB's own counts the boundaries between.
CREATE OR REPLACE MACRO date_diff(unit, a, b) AS date_sub(unit, a, b);

-- Has the type of x; DuckDB's own makes a timestamp of a date.
CREATE OR REPLACE MACRO date_trunc(unit, x) AS cast_to_type(system.main.date_trunc(unit, x), x);

-- MySQL's letters as strftime's. chr(1) stands for %% meanwhile; %! makes strftime refuse what Trino refuses, and any
-- other letter stands for itself.
CREATE OR REPLACE MACRO landfall_time_format(format) AS replace(
  replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
    system.main.regexp_replace(system.main.regexp_replace(replace(format, '%%', chr(1)),
      '%[DUuVwX]', '%!', 'g'), '%([^a-zA-Z!]|[ABCEFGJKLNOPQRZgnoqtz])', '\1', 'g'),
    '%M', '%B'), '%W', '%A'), '%v', '%V'), '%x', '%G'), '%s', '%S'), '%h', '%I'), '%c', '%-m'), '%e', '%-d'),
    '%k', '%-H'), '%l', '%-I'), '%i', '%M'), '%r', '%I:%M:%S %p'), '%T', '%H:%M:%S'),
  chr(1), '%%');

CREATE OR REPLACE MACRO date_format(x, format) AS strftime(x, replace(landfall_time_format(format), '%f', '%g000'));

-- 1 is Monday, 7 is Sunday.
CREATE OR REPLACE MACRO day_of_week(x) AS isodow(x);
CREATE OR REPLACE MACRO dow(x) AS isodow(x);
CREATE OR REPLACE MACRO day_of_month(x) AS day(x);
CREATE OR REPLACE MACRO day_of_year(x) AS dayofyear(x);
CREATE OR REPLACE MACRO doy(x) AS dayofyear(x);
-- ISO weeks: the year that a week belongs to may not be the day's.
CREATE OR REPLACE MACRO week_of_year(x) AS week(x);
CREATE OR REPLACE MACRO year_of_week(x) AS isoyear(x);
CREATE OR REPLACE MACRO yow(x) AS isoyear(x);
CREATE OR REPLACE MACRO last_day_of_month(x) AS last_day(x);

CREATE OR REPLACE MACRO from_iso8601_date(x) AS CAST(x AS DATE);

-- To the millisecond, with time zone.
CREATE OR REPLACE MACRO from_unixtime(x) AS to_timestamp(round(CAST(x AS DOUBLE) * 1000) / 1000e0);
CREATE OR REPLACE MACRO to_unixtime(x) AS epoch(x);

-- The clock's reading in the zone. DuckDB's times carry no zone, so the result is that reading without one.
CREATE OR REPLACE MACRO at_timezone(x, zone) AS timezone(zone, CAST(x AS TIMESTAMP WITH TIME ZONE));

-- Text ----------------------------------------------------------------------------------------------------------------

-- Null where one of them is null; DuckDB's own leaves nulls out.
CREATE OR REPLACE MACRO concat(a, b) AS a || b,
  (a, b, c) AS a || b || c,
  (a, b, c, d) AS a || b || c || d,
  (a, b, c, d, e) AS a || b || c || d || e,
  (a, b, c, d, e, f) AS a || b || c || d || e || f;

-- Null beyond the last part; DuckDB's own gives ''.
CREATE OR REPLACE MACRO split_part(x, separator, part) AS string_split(x, separator)[part];

CREATE OR REPLACE MACRO regexp_like(x, pattern) AS regexp_matches(x, pattern);

-- Null where nothing matches; DuckDB's own gives ''. A group that has no part in the match is '' here, null there.
CREATE OR REPLACE MACRO regexp_extract(x, pattern) AS
    CASE WHEN regexp_matches(x, pattern) THEN system.main.regexp_extract(x, pattern) END,
  (x, pattern, part) AS
    CASE WHEN regexp_matches(x, pattern) THEN system.main.regexp_extract(x, pattern, part) END;

-- Replaces every match, $1 is the first group; DuckDB's own replaces the first match only.
CREATE OR REPLACE MACRO regexp_replace(x, pattern) AS system.main.regexp_replace(x, pattern, '', 'g'),
  (x, pattern, replacement) AS system.main.regexp_replace(
    x, pattern, system.main.regexp_replace(replacement, '\$(\d)', '\\\1', 'g'), 'g');

CREATE OR REPLACE MACRO levenshtein_distance(a, b) AS levenshtein(a, b);
CREATE OR REPLACE MACRO hamming_distance(a, b) AS hamming(a, b);

-- $["a b"] is spelt $."a b" here.
CREATE OR REPLACE MACRO landfall_json_path(path) AS system.main.regexp_replace(path, '\["([^"]*)"\]', '."\1"', 'g');

-- Null for an object, an array, a JSON null and text that is no JSON. Numbers are spelt as DuckDB does (1.50 is 1.5).
CREATE OR REPLACE MACRO json_extract_scalar(x, path) AS
  CASE
    WHEN json_valid(x) AND json_type(x, landfall_json_path(path)) NOT IN ('OBJECT', 'ARRAY', 'NULL')
      THEN json_extract_string(x, landfall_json_path(path))
  END;

-- Numbers -------------------------------------------------------------------------------------------------------------

-- With digits of decimals alone, whose type stays.
CREATE OR REPLACE MACRO truncate(x) AS trunc(x),
  (x, digits) AS cast_to_type(
    CASE WHEN typeof(x) IN ('DOUBLE', 'FLOAT') THEN error('truncate(x, n) is not valid for a double: use round')
      ELSE trunc(x, digits) END, x);
CREATE OR REPLACE MACRO nan() AS CAST('NaN' AS DOUBLE);
CREATE OR REPLACE MACRO infinity() AS CAST('Infinity' AS DOUBLE);
CREATE OR REPLACE MACRO is_nan(x) AS isnan(x);
CREATE OR REPLACE MACRO is_finite(x) AS isfinite(x);
CREATE OR REPLACE MACRO is_infinite(x) AS isinf(x);

-- Null where one of them is null; DuckDB's own leave nulls out.
CREATE OR REPLACE MACRO greatest(a, b) AS
    CASE WHEN a IS NULL OR b IS NULL THEN NULL ELSE system.main.greatest(a, b) END,
  (a, b, c) AS
    CASE WHEN a IS NULL OR b IS NULL OR c IS NULL THEN NULL ELSE system.main.greatest(a, b, c) END;
CREATE OR REPLACE MACRO least(a, b) AS
    CASE WHEN a IS NULL OR b IS NULL THEN NULL ELSE system.main.least(a, b) END,
  (a, b, c) AS
    CASE WHEN a IS NULL OR b IS NULL OR c IS NULL THEN NULL ELSE system.main.least(a, b, c) END;

-- Arrays and maps -----------------------------------------------------------------------------------------------------

-- Of an array (negative counts from the end) or a map; null where there is none. Position 0 is an error in Trino.
CREATE OR REPLACE MACRO element_at(x, k) AS x[k];

-- Elements of an array, or keys of a map.
CREATE OR REPLACE MACRO cardinality(x) AS CAST(
  CASE WHEN typeof(x) LIKE 'MAP(%' THEN len(json_keys(to_json(x))) ELSE json_array_length(to_json(x)) END AS BIGINT);

-- From a to b, both included, falling where b is before a; with a step, an interval for dates, also of timestamps.
-- At most 10,000 elements: Trino refuses more. Whole numbers keep their type here and are bigint there: cast them.
CREATE OR REPLACE MACRO sequence(a, b) AS list_transform(
    generate_series(0, CAST(abs(b - a) AS INTEGER)),
    lambda i: a + CAST(CASE WHEN a <= b THEN i ELSE -i END AS INTEGER)),
  (a, b, step) AS list_filter(
    list_transform(generate_series(0, 9999), lambda i: cast_to_type(a + CAST(i AS INTEGER) * step, a)),
    lambda x: x BETWEEN system.main.least(a, b) AND system.main.greatest(a, b));

CREATE OR REPLACE MACRO array_join(x, separator) AS array_to_string(x, separator),
  (x, separator, missing) AS array_to_string(
    list_transform(x, lambda item: coalesce(CAST(item AS VARCHAR), missing)), separator);
-- Null where an element is null.
CREATE OR REPLACE MACRO array_max(x) AS CASE WHEN list_count(x) = len(x) THEN list_max(x) END;
CREATE OR REPLACE MACRO array_min(x) AS CASE WHEN list_count(x) = len(x) THEN list_min(x) END;
CREATE OR REPLACE MACRO slice(x, start, n) AS array_slice(x, start, start + n - 1);
