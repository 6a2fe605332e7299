"""Files as records: which there are, and which fields they have.

Lines are taken as bytes and put together here, for what Spark's CSV reader makes of a stray quote, of a ragged row or of
bytes that are not UTF-8 is neither what another engine makes of it nor what quarantine says of it. Of most files each
line is a record, as one look at them all tells; the others are read line by line, in order. In JSON (a plan with `paths`)
every line is a record or none, and quotes hold no lines together.
"""

import re

import json_lines
from pyspark import cloudpickle
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

# Lines that quotes would hold together to more than this many bytes are judged one by one.
LONGEST_RECORD = 32 * 1024 * 1024

QUOTES = "length(_line) - length(replace(_line, '\"', ''))"
RETURNS = "length(_line) - length(replace(_line, '\\r', ''))"

# Bytes that are no UTF-8 are replaced by decoding them, and don't come back.
IS_TEXT_LINE = f"""(({RETURNS}) = 0 OR ({RETURNS}) = 1 AND endswith(_line, '\\r'))
    AND (NOT _line RLIKE '[^\\\\x00-\\\\x7f]' OR encode(decode(CAST(_line AS BINARY), 'UTF-8'), 'UTF-8') = CAST(_line AS BINARY))"""

IS_PLAIN = {
    "csv": f"({QUOTES}) % 2 = 0 AND _line NOT IN ('', '\\r') AND {IS_TEXT_LINE}",
    "ndjson": f"_line RLIKE '[^ \\t\\r]' AND {IS_TEXT_LINE}",
}


def read_lines(spark: SparkSession, files: DataFrame, paths: list[str]) -> DataFrame:
    """Every line up to its line feed (_line), its place in the order of its file (_block, then _place), and what `files`
    says of it."""
    lines = spark.read.option("lineSep", "\n").text([re.sub(r"([][{}*?\\])", r"\\\1", path) for path in paths])
    return lines.select(
        F.col("value").alias("_line"),
        F.col("_metadata.file_path").alias("_path"),
        F.col("_metadata.file_block_start").alias("_block"),
        F.monotonically_increasing_id().alias("_place"),
    ).join(F.broadcast(files), "_path")


def survey(spark: SparkSession, lines: DataFrame, job: dict) -> tuple[DataFrame, dict[int, int], set[int]]:
    """Where each block of a file begins: at which place (_first), and with which of the file's lines (_starts, from 1 on).
    How many lines each load's file has. And the loads of the files of which some line is no record by itself."""
    found = (
        lines.groupBy("_load_id", "_block")
        .agg(F.min("_place").alias("first"), F.count("*").alias("lines"), F.min(F.expr(IS_PLAIN[job["format"]])).alias("is_plain"))
        .collect()
    )
    rows, odd, read = [], set(), {}
    for row in sorted(found, key=lambda row: (row._load_id, row._block)):
        before = read.get(row._load_id, 0)
        rows.append((row._load_id, row._block, row.first, before + 1))
        read[row._load_id] = before + row.lines
        if not row.is_plain:
            odd.add(row._load_id)
    return spark.createDataFrame(rows, "_load_id long, _block long, _first long, _starts long"), read, odd


def plain_records(lines: DataFrame, blocks: DataFrame) -> DataFrame:
    """Each line behind the header is a record."""
    return (
        lines.join(F.broadcast(blocks), ["_load_id", "_block"])
        .withColumn("_row_number", F.expr("CAST(_place - _first + _starts - _header_lines AS INT)"))
        .where("_row_number > 0")
        .selectExpr("_load_id", "_row_number", "rtrim('\\r', _line) AS _record", "true AS _is_text")
    )


# A line ends with LF, CRLF or CR; `_end` is what this one ended with. Split as one character a byte, for bytes that are no
# text would not survive it as anything else; they are shown as `\xE9`.
# Then: of the lines that quotes hold together, those that are well formed together are one record, the others as many as
# there are lines, so that one open quote does not swallow a file. Blank lines are no records.
CAREFUL = """
WITH split AS (
  SELECT *, split(decode(CAST(_line AS BINARY), 'ISO-8859-1'), '\\r', -1) AS _pieces FROM {lines}
), ended AS (
  SELECT _load_id, _header_lines, _block, _place, _nth, encode(_piece, 'ISO-8859-1') AS _bytes, _piece,
    CASE WHEN _nth = size(_pieces) - 1 THEN '\\n'
      WHEN _nth = size(_pieces) - 2 AND element_at(_pieces, -1) = '' THEN '\\r\\n' ELSE '\\r' END AS _end
  FROM split LATERAL VIEW posexplode(_pieces) AS _nth, _piece
  WHERE NOT (_nth > 0 AND _nth = size(_pieces) - 1 AND _piece = '')
), decoded AS (
  SELECT *, decode(_bytes, 'UTF-8') AS _text, encode(decode(_bytes, 'UTF-8'), 'UTF-8') = _bytes AS _is_text FROM ended
), numbered AS (
  SELECT _load_id, _header_lines, _is_text, _end,
    row_number() OVER (PARTITION BY _load_id ORDER BY _block, _place, _nth) AS _n,
    CASE WHEN _is_text THEN _text ELSE array_join(transform(filter(split(_piece, ''), c -> c <> ''),
      c -> CASE WHEN c RLIKE '[ !#-&(-\\\\[\\\\]-~]' THEN c ELSE '\\\\x' || hex(encode(c, 'ISO-8859-1')) END), '') END AS _line
  FROM decoded
), quotes AS (
  SELECT *, CASE WHEN _is_text THEN {quotes} ELSE 0 END AS _quotes FROM numbered WHERE _n > _header_lines
), opened AS (
  SELECT *, (sum(_quotes) OVER (PARTITION BY _load_id ORDER BY _n) - _quotes) % 2 = 1 AS _inside FROM quotes
), glued AS (
  SELECT *, sum(CASE WHEN _inside THEN 0 ELSE 1 END) OVER (PARTITION BY _load_id ORDER BY _n) AS _glued,
    CASE WHEN _inside THEN lag(_end) OVER (PARTITION BY _load_id ORDER BY _n) || _line ELSE _line END AS _part FROM opened
), sized AS (
  SELECT *, sum(octet_length(_part)) OVER (PARTITION BY _load_id, _glued) AS _size FROM glued
), parts AS (
  SELECT _load_id, array_sort(collect_list(struct(_n, _part, _line, _is_text))) AS _parts
  FROM sized WHERE _size <= {longest} GROUP BY _load_id, _glued
), wholes AS (
  SELECT *, array_join(transform(_parts, part -> part._part), '') AS _record,
    forall(_parts, part -> part._is_text) AS _is_text FROM parts
), candidates AS (
  SELECT _load_id, explode(CASE WHEN size(_parts) = 1 OR _is_text AND {is_record}
    THEN array(struct(_parts[0]._n, _record, _is_text))
    ELSE transform(_parts, part -> struct(part._n AS _n, part._line AS _record, part._is_text AS _is_text)) END) AS _one
  FROM wholes
), records AS (
  SELECT _load_id, _one._n, _one._record, _one._is_text FROM candidates
  UNION ALL SELECT _load_id, _n, _line, _is_text FROM sized WHERE _size > {longest}
)
SELECT _load_id, row_number() OVER (PARTITION BY _load_id ORDER BY _n) AS _row_number, _record, _is_text
FROM records WHERE {is_filled}
"""


def careful_records(spark: SparkSession, lines: DataFrame, job: dict) -> DataFrame:
    """As CAREFUL says; each file is in one piece of work, for its lines have an order."""
    if job["format"] == "csv":
        words = {"quotes": QUOTES, "is_record": job["is_record"].replace("{", "{{").replace("}", "}}"), "is_filled": "_record <> ''"}
    else:
        words = {"quotes": "0", "is_record": "true", "is_filled": "_record RLIKE '[^ \\t]'"}
    return spark.sql(CAREFUL.format(lines="{lines}", longest=LONGEST_RECORD, **words), lines=lines)


def with_fields(records: DataFrame, files: DataFrame, job: dict) -> DataFrame:
    """_fields, null where the record is none of the table, and _reason why."""
    known = records.join(F.broadcast(files), "_load_id")
    if job["format"] == "ndjson":
        return with_json_fields(known, job)
    judged = once(known, _is_record=f"_is_text AND (NOT contains(_record, '\"') OR {job['is_record']})")
    split = once(judged, _all=f"CASE WHEN _is_record THEN {job['fields']} END")
    reason = """CASE WHEN NOT _is_text THEN 'not UTF-8 text'
      WHEN NOT _is_record THEN 'a quote is left open or stands in the wrong place'
      WHEN size(_all) <> _width THEN size(_all) || ' fields, expected ' || _width END"""
    return (
        split.withColumn("_reason", F.expr(reason))
        .withColumn("_fields", F.expr("CASE WHEN _reason IS NULL THEN _all END"))
        .drop("_all", "_is_record")
    )


def with_json_fields(known: DataFrame, job: dict) -> DataFrame:
    # Where a worker runs there may be no file of these scripts.
    cloudpickle.register_pickle_by_value(json_lines)
    read = F.udf(json_lines.reader(job["paths"]), "reason string, fields array<string>")
    judged = known.withColumn("_read", read("_record"))
    reason = "CASE WHEN _is_text THEN _read.reason ELSE 'not UTF-8 text' END"
    return once(judged, _reason=reason, _fields="CASE WHEN _is_text THEN _read.fields END").drop("_read")


def once(rows: DataFrame, **columns: str) -> DataFrame:
    """Adds columns that are computed once a row: Spark puts an expression in the place of each of its uses, but what a
    generator gives it takes as it is."""
    values = F.struct(*[F.expr(sql).alias(name) for name, sql in columns.items()])
    return rows.select("*", F.inline(F.array(values)))
