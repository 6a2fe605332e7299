"""Runs a load plan on Spark: CSV files become rows of an Iceberg table, those that fail go to quarantine.

The plan is JSON (core/plans/spark-job.ts): every expression in it is Spark SQL. Each step may be repeated, so that a job
that was killed runs again with the same plan and ends as if it had run once: what a load had staged is staged anew, and
the clean table and the quarantine are made of that.
"""

import hashlib
import hmac
import json
import sys

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from records import careful_records, once, plain_records, read_lines, survey, with_fields
from settle import quoted, settle


def run(spark: SparkSession, job: dict, key: bytes | None = None) -> list[dict]:
    """Loads the job's files.

    :param key: what the values of columns with `protect: hmac` are hashed under
    :returns: for each file load_id, status (loaded or refused), error (why it is refused: name or share), rows_read,
        rows_loaded, rows_duplicate, rows_quarantined
    """
    register_hmac(spark, key)
    for statement in job["create"]:
        spark.sql(statement)
    for table in ("clean", "staged"):
        conform(spark, job["tables"][table], job["columns"])
    files = describe_files(spark, job)
    misnamed = {row._load_id for row in files.where("NOT _sound_name").select("_load_id").collect()}
    books = {file["load_id"]: refused("name") for file in job["files"] if file["load_id"] in misnamed}
    files = files.where("_sound_name")
    loads = [file["load_id"] for file in job["files"] if file["load_id"] not in misnamed]
    if loads:
        books.update(load(spark, job, files, loads))
    return [{"load_id": file["load_id"], **books[file["load_id"]]} for file in job["files"]]


def load(spark: SparkSession, job: dict, files: DataFrame, loads: list[int]) -> dict[int, dict]:
    paths = [file["path"] for file in job["files"] if file["load_id"] in loads]
    lines = read_lines(spark, files, paths)
    blocks, ends, odd = survey(spark, lines)
    careful = careful_records(spark, lines.where(F.col("_load_id").isin(list(odd))), job["is_record"]).persist() if odd else None
    found = plain_records(lines.where(~F.col("_load_id").isin(list(odd))), blocks)
    try:
        judged = judge(with_fields(found if careful is None else found.unionByName(careful), files, job), job)
        stage(spark, job, judged, loads)
        read = {file["load_id"]: max(0, ends.get(file["load_id"], 0) - file["header_lines"]) for file in job["files"]}
        if careful is not None:
            read.update(dict.fromkeys(odd, 0))
            read.update(rows_by_load(careful))
        books = keep_books(spark, job, loads, read)
        publish(spark, job, judged, books)
    finally:
        if careful is not None:
            careful.unpersist()
    return books


def publish(spark: SparkSession, job: dict, judged: DataFrame, books: dict[int, dict]) -> None:
    taken = [load_id for load_id, own in books.items() if own["status"] == "loaded"]
    gone = [load_id for file in job["files"] if file["load_id"] in taken for load_id in file["supersedes"]]
    if taken:
        settle(spark, job, taken, gone)
    quarantine(spark, job, judged, [load_id for load_id in taken if books[load_id]["rows_quarantined"] > 0], gone)
    unstage(spark, job, gone + [load_id for load_id in books if load_id not in taken])
    clean = spark.table(job["tables"]["clean"]).where(F.col("_load_id").isin(taken))
    loaded = rows_by_load(clean)
    for load_id in taken:
        own = books[load_id]
        own["rows_loaded"] = loaded.get(load_id, 0)
        own["rows_duplicate"] = own["rows_read"] - own["rows_quarantined"] - own["rows_loaded"]


def rows_by_load(rows: DataFrame) -> dict[int, int]:
    return {row._load_id: row["count"] for row in rows.groupBy("_load_id").count().collect()}


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
    return rows.withColumn("_sound", F.expr(f"_reason IS NULL AND {job['sound']}"))


def with_values(rows: DataFrame, columns: list[dict]) -> DataFrame:
    texts = {f"_t_{column['name']}": column["text"] for column in columns}
    values = {column["name"]: f"CAST({column['value']} AS {column['type']})" for column in columns}
    return once(once(rows, **texts), **values)


def stage(spark: SparkSession, job: dict, judged: DataFrame, loads: list[int]) -> None:
    """The sound rows, so that they come back when a row that overrides them goes."""
    unstage(spark, job, loads)
    names = [quoted(column["name"]) for column in job["columns"]]
    sound = judged.where("_sound").select(*names, "_load_id", "_source_file", "_row_number", "_arrived_at")
    sound.writeTo(job["tables"]["staged"]).append()


def unstage(spark: SparkSession, job: dict, loads: list[int]) -> None:
    if loads:
        spark.sql(f"DELETE FROM {job['tables']['staged']} WHERE _load_id IN ({', '.join(map(str, loads))})")


def keep_books(spark: SparkSession, job: dict, loads: list[int], read: dict[int, int]) -> dict[int, dict]:
    """Refuses the files with a larger share of failing rows than the contract allows, replayed ones aside: each of their
    rows was looked at by a person."""
    sound = rows_by_load(spark.table(job["tables"]["staged"]).where(F.col("_load_id").isin(loads)))
    replays = {file["load_id"] for file in job["files"] if file["is_replay"]}
    books = {}
    for load_id in loads:
        bad = read[load_id] - sound.get(load_id, 0)
        if load_id not in replays and bad > job["max_bad_share"] * read[load_id]:
            books[load_id] = refused("share")
        else:
            books[load_id] = {**refused(None), "status": "loaded", "rows_read": read[load_id], "rows_quarantined": bad}
    return books


def refused(error: str | None) -> dict:
    return {"status": "refused", "error": error, "rows_read": 0, "rows_loaded": 0, "rows_duplicate": 0, "rows_quarantined": 0}


def quarantine(spark: SparkSession, job: dict, judged: DataFrame, loads: list[int], gone: list[int]) -> None:
    """A record for each failing column of a row, or for the row that is none of the table."""
    table = job["tables"]["quarantine"]
    if loads:
        spark.sql(f"DELETE FROM {table} WHERE load_id IN ({', '.join(map(str, loads))})")
        failing = [
            f"struct({literal(column['name'])} AS name, {column['reason']} AS reason)"
            for column in job["columns"]
            if column["from"] == "record" and column["reason"] is not None
        ]
        shown = " ".join(f"WHEN {index} THEN {layout['shown']}" for index, layout in enumerate(job["layouts"]))
        # Of what is no record of the table nobody can tell which of it is protected.
        whole = "NULL" if job["is_protected"] else "_record"
        rows = judged.where(F.col("_load_id").isin(loads)).where("NOT _sound").selectExpr(
            "_source_file", "_row_number", "_load_id",
            f"CASE WHEN _reason IS NULL THEN CASE _layout {shown} END ELSE {whole} END AS _raw",
            f"""explode(CASE WHEN _reason IS NOT NULL THEN array(struct(CAST(NULL AS STRING) AS name, _reason AS reason))
              ELSE filter(array({', '.join(failing)}), one -> one.reason IS NOT NULL) END) AS _one""",
        )  # fmt: skip
        rows.selectExpr(
            f"{literal(job['dataset'])} AS dataset", f"{literal(job['table'])} AS table_name", "_source_file AS source_file",
            "CAST(_row_number AS BIGINT) AS row_number", "_one.name AS column_name", "_one.reason AS reason", "_raw AS raw_row",
            "_load_id AS load_id", "'open' AS status",
        ).writeTo(table).append()  # fmt: skip
    if gone:
        hidden = ", raw_row = NULL" if job["is_protected"] else ""
        spark.sql(f"UPDATE {table} SET status = 'superseded'{hidden} WHERE load_id IN ({', '.join(map(str, gone))})")


def conform(spark: SparkSession, table: str, columns: list[dict]) -> None:
    """Gives a table of an older contract today's columns; what can't be kept is null until its files load again."""
    found = {name: kind for name, kind in spark.table(table).dtypes if not name.startswith("_")}
    wanted = {column["name"]: spark.sql(f"SELECT CAST(NULL AS {column['type']}) AS x").dtypes[0][1] for column in columns}
    for name, kind in found.items():
        if wanted.get(name) != kind:
            spark.sql(f"ALTER TABLE {table} DROP COLUMN {quoted(name)}")
    for column in columns:
        if found.get(column["name"]) != wanted[column["name"]]:
            spark.sql(f"ALTER TABLE {table} ADD COLUMN {quoted(column['name'])} {column['type']}")


def register_hmac(spark: SparkSession, key: bytes | None) -> None:
    """Lower-case hexadecimal HMAC-SHA-256. The key is in the function alone, in no plan that Spark shows or logs."""
    if key is not None:
        spark.udf.register(
            "landfall_hmac_key",
            lambda text: None if text is None else hmac.new(key, text.encode(), hashlib.sha256).hexdigest(),
            "string",
        )


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
