"""Runs a load plan on Spark: files become rows of an Iceberg table, those that fail go to quarantine.

The plan is JSON (core/plans/spark-job.ts): every expression in it is Spark SQL. Each step may be repeated, so that a job
that was killed runs again with the same plan and ends as if it had run once: what a load had staged is staged anew, and
the clean table and the quarantine are made of that.
"""

import hashlib
import hmac
import json
import sys
from decimal import Decimal

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from records import careful_records, once, plain_records, read_lines, survey, with_fields
from settle import quoted, settle


def run(spark: SparkSession, job: dict, key: bytes | None = None) -> list[dict]:
    """Loads the job's files.

    :param key: what the values of columns with `protect: hmac` are hashed under
    :returns: for each file load_id, status (loaded or refused), error (why it is refused: name, share or type), rows_read,
        rows_loaded, rows_duplicate, rows_quarantined
    """
    if job["is_keyed"] and key is None:
        raise ValueError(f"{job['dataset']}.{job['table']}: a column is protected by hmac, and there is no key")
    # A text of the contract is no template.
    spark.conf.set("spark.sql.variable.substitute", "false")
    # Each reading of a file must split it alike, however many cores there are by then.
    spark.conf.set("spark.sql.files.minPartitionNum", str(spark.sparkContext.defaultParallelism))
    register_hmac(spark, key)
    prepare(spark, job)
    files = describe_files(spark, job)
    misnamed = {row._load_id for row in files.where("NOT _sound_name").select("_load_id").collect()}
    books = {file["load_id"]: refused("name") for file in job["files"] if file["load_id"] in misnamed}
    named = [file for file in job["files"] if file["load_id"] not in misnamed]
    if named:
        counts = stage(spark, job, files.where("_sound_name"), named)
        books.update(keep_books(job, counts, retyped(spark, job, list(counts))))
        publish(spark, job, books)
    return [{"load_id": file["load_id"], **books[file["load_id"]]} for file in job["files"]]


def stage(spark: SparkSession, job: dict, files: DataFrame, named: list[dict]) -> dict[int, tuple[int, int]]:
    """Every row of these files: a sound one so that it comes back when a row that overrides it goes, a failing one with
    what fails.

    :returns: by load, how many rows there are, and how many of them fail
    """
    loads = [file["load_id"] for file in named]
    unstage(spark, job, f"_load_id IN ({numbers(loads)})")
    lines = read_lines(spark, files, [file["path"] for file in named])
    blocks, ends, odd = survey(spark, lines, job)
    is_odd = F.col("_load_id").isin(list(odd))
    rows = plain_records(lines.where(~is_odd), blocks)
    if odd:
        rows = rows.unionByName(careful_records(spark, lines.where(is_odd), job))
    judged = judge(with_fields(rows, files, job), job)
    names = [quoted(column["name"]) for column in job["columns"]]
    place = ["_load_id", "_source_file", "_row_number", "_arrived_at"]
    judged.selectExpr(*names, *place, *failures(job)).writeTo(job["tables"]["staged"]).append()
    staged = spark.table(job["tables"]["staged"]).where(F.col("_load_id").isin(loads))
    counts = staged.groupBy("_load_id").agg(F.count("*").alias("read"), F.count("_failing").alias("bad")).collect()
    found = dict.fromkeys(loads, (0, 0)) | {row._load_id: (row.read, row.bad) for row in counts}
    for file in named:
        load_id = file["load_id"]
        read, _ = found[load_id]
        wanted = read if load_id in odd else ends.get(load_id, 0) - file["header_lines"]
        if load_id not in ends or wanted != read:
            raise RuntimeError(
                f"{file['source_file']}: read {read} rows of it, expected {wanted}: it changed while it was read, or Spark"
                " does not list it; run the plan again"
            )
    return found


def failures(job: dict) -> list[str]:
    """Of a failing row, its record as it may be shown, and a reason for each failing column, or for the row that is none
    of the table."""
    shown = " ".join(f"WHEN {index} THEN {layout['shown']}" for index, layout in enumerate(job["layouts"]))
    # Of what is no record of the table nobody can tell which of it is protected.
    whole = "CAST(NULL AS STRING)" if job["is_protected"] else "_record"
    reasons = ", ".join(
        f"struct({literal(column['name'])} AS name, {column['reason']} AS reason)"
        for column in job["columns"]
        if column["from"] == "record" and column["reason"] is not None
    )
    kind = "array<struct<name: string, reason: string>>"
    own = f"filter(CAST(array({reasons}) AS {kind}), one -> one.reason IS NOT NULL)"
    return [
        f"CASE WHEN NOT _sound THEN CASE WHEN _reason IS NULL THEN CASE _layout {shown} END ELSE {whole} END END AS _raw",
        f"""CASE WHEN NOT _sound THEN CASE WHEN _reason IS NULL THEN {own}
          ELSE CAST(array(struct(CAST(NULL AS STRING) AS name, _reason AS reason)) AS {kind}) END END AS _failing""",
    ]


def retyped(spark: SparkSession, job: dict, loads: list[int]) -> set[int]:
    """Loads of files in which most values of a column are of another type; good rows are looked at only where so many
    fail."""
    rule = job["retyped"]
    if rule is None or not rule["columns"]:
        return set()
    staged = spark.table(job["tables"]["staged"]).where(F.col("_load_id").isin(loads))
    kinds = {one["name"]: f"one.name = {literal(one['name'])} AND one.reason = {literal(one['reason'])}" for one in rule["columns"]}
    failing = staged.where("_failing IS NOT NULL").select("_load_id", F.explode("_failing").alias("one"))
    counts = failing.where(" OR ".join(f"({kind})" for kind in kinds.values())).groupBy("_load_id", "one.name").count()
    found = [row for row in counts.collect() if row["count"] >= rule["least"]]
    if not found:
        return set()
    names = sorted({row.name for row in found})
    # A cast may take a text for a value that the column's checks do not.
    sound = [f"{quoted(name)} IS NOT NULL AND NOT coalesce(exists(_failing, one -> {kinds[name]}), false)" for name in names]
    values = staged.groupBy("_load_id").agg(*[F.expr(f"count_if({own})").alias(f"_{place}") for place, own in enumerate(sound)])
    rest = {row._load_id: dict(zip(names, row[1:], strict=True)) for row in values.collect()}
    return {row._load_id for row in found if row["count"] > rule["share"] * (row["count"] + rest[row._load_id][row.name])}


def keep_books(job: dict, counts: dict[int, tuple[int, int]], mistyped: set[int]) -> dict[int, dict]:
    """Refuses the files with a larger share of failing rows than the contract allows, and those of other types."""
    books = {}
    for load_id, (read, bad) in counts.items():
        if bad > Decimal(job["max_bad_share"]) * read:
            books[load_id] = refused("share")
        elif load_id in mistyped:
            books[load_id] = refused("type")
        else:
            books[load_id] = {**refused(None), "status": "loaded", "rows_read": read, "rows_quarantined": bad}
    return books


def publish(spark: SparkSession, job: dict, books: dict[int, dict]) -> None:
    taken = [load_id for load_id, own in books.items() if own["status"] == "loaded"]
    gone = [load_id for file in job["files"] if file["load_id"] in taken for load_id in file["supersedes"]]
    known = [load["load_id"] for load in job["current"] if load["load_id"] not in gone] + taken
    if taken:
        settle(spark, job, taken, known)
    quarantine(spark, job, [load_id for load_id in taken if books[load_id]["rows_quarantined"] > 0], gone)
    unstage(spark, job, f"_load_id NOT IN ({numbers(known)})" if known else "true")
    clean = spark.table(job["tables"]["clean"]).where(F.col("_load_id").isin(taken))
    loaded = {row._load_id: row["count"] for row in clean.groupBy("_load_id").count().collect()}
    for load_id in taken:
        own = books[load_id]
        own["rows_loaded"] = loaded.get(load_id, 0)
        own["rows_duplicate"] = own["rows_read"] - own["rows_quarantined"] - own["rows_loaded"]


def describe_files(spark: SparkSession, job: dict) -> DataFrame:
    """One row a file: what the plan says of it, and the values that its name gives."""
    own = [column["name"] for column in job["columns"] if column["from"] == "record"]
    rows = []
    for file in job["files"]:
        layout = job["layouts"][file["layout"]]
        positions = [layout["positions"][name] for name in own]
        rows.append(
            (file["load_id"], file["source_file"], listed_path(spark, file["path"]), file["file_name"], file["arrived_at"],
             file["header_lines"], file["layout"], layout["width"], positions)
        )  # fmt: skip
    schema = """_load_id long, _source_file string, _path string, _file_name string, _arrived_at long, _header_lines int,
        _layout int, _width int, _positions array<int>"""
    files = spark.createDataFrame(rows, schema)
    named = [column for column in job["columns"] if column["from"] == "file"]
    return with_values(files, named).withColumn("_sound_name", F.expr(job["sound_name"]))


def listed_path(spark: SparkSession, path: str) -> str:
    """The path as Spark's listing of it names it: with its characters escaped as in a URL."""
    jvm = spark.sparkContext._jvm
    hadoop = jvm.org.apache.hadoop.fs.Path(path)
    return hadoop.getFileSystem(spark.sparkContext._jsc.hadoopConfiguration()).makeQualified(hadoop).toUri().toString()


def judge(rows: DataFrame, job: dict) -> DataFrame:
    """Texts, values, and whether the record and all of its values are sound."""
    own = [column for column in job["columns"] if column["from"] == "record"]
    fields = [
        F.expr(f"nullif(element_at(_fields, _positions[{index}]), '')").alias(f"_h_{column['name']}")
        for index, column in enumerate(own)
    ]
    rows = with_values(rows.select("*", *fields), own)
    return once(rows, _sound=f"_reason IS NULL AND {job['sound']}")


def with_values(rows: DataFrame, columns: list[dict]) -> DataFrame:
    texts = {f"_t_{column['name']}": column["text"] for column in columns}
    values = {column["name"]: f"CAST({column['value']} AS {column['type']})" for column in columns}
    return once(once(rows, **texts), **values)


def unstage(spark: SparkSession, job: dict, where: str) -> None:
    spark.sql(f"DELETE FROM {job['tables']['staged']} WHERE {where}")


def refused(error: str | None) -> dict:
    return {"status": "refused", "error": error, "rows_read": 0, "rows_loaded": 0, "rows_duplicate": 0, "rows_quarantined": 0}


def quarantine(spark: SparkSession, job: dict, loads: list[int], gone: list[int]) -> None:
    """A record for each failing column of a row, or for the row that is none of the table."""
    table = job["tables"]["quarantine"]
    own = f"dataset = {literal(job['dataset'])} AND table_name = {literal(job['table'])}"
    if loads:
        spark.sql(f"DELETE FROM {table} WHERE {own} AND load_id IN ({numbers(loads)})")
        failing = spark.table(job["tables"]["staged"]).where(F.col("_load_id").isin(loads)).where("_failing IS NOT NULL")
        failing.select("*", F.explode("_failing").alias("_one")).selectExpr(
            f"{literal(job['dataset'])} AS dataset", f"{literal(job['table'])} AS table_name", "_source_file AS source_file",
            "CAST(_row_number AS BIGINT) AS row_number", "_one.name AS column_name", "_one.reason AS reason", "_raw AS raw_row",
            "_load_id AS load_id", "'open' AS status",
        ).writeTo(table).append()  # fmt: skip
    if gone:
        hidden = ", raw_row = NULL" if job["is_protected"] else ""
        spark.sql(f"UPDATE {table} SET status = 'superseded'{hidden} WHERE {own} AND load_id IN ({numbers(gone)})")


def prepare(spark: SparkSession, job: dict) -> None:
    """Makes what is not there, and gives tables of an older contract today's columns. A value that has no text of the new
    type is null until its file loads again. The clean table is made anew of the staged rows: Iceberg does not let go of
    a partition's column."""
    clean, staged = job["tables"]["clean"], job["tables"]["staged"]
    for statement in job["create"]:
        spark.sql(statement)
    before = columns_of(spark, staged)
    nulls = ", ".join(f"CAST(NULL AS {column['type']}) AS {quoted(column['name'])}" for column in job["columns"])
    today = dict(spark.sql(f"SELECT {nulls}").dtypes)
    if list(before.items()) != list(today.items()):
        values = []
        for column in job["columns"]:
            name = quoted(column["name"])
            text = f"CAST({name} AS STRING)" if column["name"] in before else "NULL"
            is_kept = before.get(column["name"]) == today[column["name"]]
            values.append(name if is_kept else f"try_cast({text} AS {column['type']}) AS {name}")
        values += [name for name in spark.table(staged).columns if name.startswith("_")]
        spark.sql(f"CREATE OR REPLACE TABLE {staged} {job['staged_layout']} AS SELECT {', '.join(values)} FROM {staged}")
    if list(columns_of(spark, clean).items()) != list(today.items()):
        spark.sql(f"DROP TABLE {clean}")
        for statement in job["create"]:
            spark.sql(statement)


def columns_of(spark: SparkSession, table: str) -> dict[str, str]:
    return {name: kind for name, kind in spark.table(table).dtypes if not name.startswith("_")}


def register_hmac(spark: SparkSession, key: bytes | None) -> None:
    """Lower-case hexadecimal HMAC-SHA-256. The key is in the function alone, in no plan that Spark shows or logs."""
    if key is not None:
        spark.udf.register(
            "landfall_hmac_key",
            lambda text: None if text is None else hmac.new(key, text.encode(), hashlib.sha256).hexdigest(),
            "string",
        )


def numbers(loads: list[int]) -> str:
    return ", ".join(map(str, loads))


def literal(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def read_plan(spark: SparkSession, path: str) -> dict:
    return json.loads("\n".join(row.value for row in spark.read.text(path).collect()))


def main() -> None:
    """The entry point on Glue: `--plan` is where the plan lies, `--result` where the books go."""
    from awsglue.utils import getResolvedOptions

    options = getResolvedOptions(sys.argv, ["plan", "result"])
    spark = SparkSession.builder.appName("landfall-load").config("spark.sql.session.timeZone", "UTC").getOrCreate()
    books = run(spark, read_plan(spark, options["plan"]))
    spark.createDataFrame([(json.dumps(books),)], "value string").coalesce(1).write.mode("overwrite").text(options["result"])


if __name__ == "__main__":
    main()
