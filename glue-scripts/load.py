"""Runs a load plan on Spark: files become staged rows, as the incremental load stages them; those that fail go beside.

The plan is JSON (core/plans/spark-job.ts): every expression in it is Spark SQL. The job writes no table: which of the
staged rows are the clean table's is Athena's to say, and a load that no batch names is nobody's. So a job that was killed
runs again with the same plan, and first removes what it left; or it never runs again, and nothing of it counts.
"""

import hashlib
import hmac
import json
import re
import sys
from decimal import Decimal

from files import filesystem, read_plan, remove, write_result
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from records import careful_records, once, plain_records, read_lines, survey, with_fields
from retyped import retyped
from words import literal, quoted

# Which folders are there is told by what lies in them.
PARQUET = {"compression": "zstd", "mapreduce.fileoutputcommitter.marksuccessfuljobs": "false"}


def run(spark: SparkSession, job: dict, key: bytes | None = None) -> dict:
    """Stages one table's files.

    :param key: what the values of columns with `protect: hmac` are hashed under
    :returns: batch_id, whether there is a quarantine, and for each of the files load_id, status (loaded or refused), error
        (why it is refused: name, share or type), rows_read, rows_quarantined, retyped (columns of another type)
    """
    if job["is_keyed"] and key is None:
        raise ValueError(f"{job['dataset']}.{job['table']}: a column is protected by hmac, and there is no key")
    # A text of the contract is no template.
    spark.conf.set("spark.sql.variable.substitute", "false")
    # Each reading of a file must split it alike, however many cores there are by then.
    spark.conf.set("spark.sql.files.minPartitionNum", str(spark.sparkContext.defaultParallelism))
    # Days before the Gregorian calendar are counted as Athena and DuckDB count them.
    spark.conf.set("spark.sql.parquet.datetimeRebaseModeInWrite", "CORRECTED")
    register_hmac(spark, key)
    remove(spark, job["batch"], *[staged_folder(job, file["load_id"]) for file in job["files"]])
    files = describe_files(spark, job)
    misnamed = {row._load_id for row in files.where("NOT _sound_name").select("_load_id").collect()}
    books = {load_id: books_of("name", 0, 0) for load_id in misnamed}
    named = [file for file in job["files"] if file["load_id"] not in misnamed]
    quarantine = False
    if named:
        rows, counts = judged_rows(spark, job, files.where("_sound_name"), named)
        books.update(keep_books(job, rows, counts))
        taken = [load_id for load_id, own in books.items() if own["status"] == "loaded"]
        for load_id in taken:
            stage(job, rows, load_id, books[load_id])
        failing = [load_id for load_id in taken if books[load_id]["rows_quarantined"] > 0]
        quarantine = len(failing) > 0
        if quarantine:
            write_quarantine(spark, job, rows, failing)
        remove(spark, work_folder(job))
    all_books = [{"load_id": file["load_id"], **books[file["load_id"]]} for file in job["files"]]
    return {"batch_id": job["batch_id"], "quarantine": quarantine, "files": all_books}


def judged_rows(
    spark: SparkSession, job: dict, files: DataFrame, named: list[dict]
) -> tuple[DataFrame, dict[int, tuple[int, int]]]:
    """Every row of these files, read and judged once and put down: sound ones, and failing ones with what fails.

    :returns: the rows, and by load how many there are, and how many of them fail
    """
    loads = [file["load_id"] for file in named]
    lines = read_lines(spark, files, [file["path"] for file in named])
    blocks, ends, odd = survey(spark, lines, job)
    is_odd = F.col("_load_id").isin(list(odd))
    rows = plain_records(lines.where(~is_odd), blocks)
    if odd:
        rows = rows.unionByName(careful_records(spark, lines.where(is_odd), job))
    judged = judge(with_fields(rows, files, job), job)
    names = [quoted(column["name"]) for column in job["columns"]]
    place = ["_source_file", "_row_number", "_arrived_at"]
    kept = judged.selectExpr(*names, *place, *failures(job), "_load_id")
    # A folder a load; where there is no row at all there is a marker, and so a folder.
    kept.write.mode("overwrite").option("compression", "zstd").partitionBy("_load_id").parquet(work_folder(job))
    down = spark.read.schema(kept.schema).parquet(work_folder(job))
    counts = down.groupBy("_load_id").agg(F.count("*").alias("read"), F.count("_failing").alias("bad")).collect()
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
    return down, found


def failures(job: dict) -> list[str]:
    """Of a failing row, its record as it may be shown, and a reason for each failing column, or for the row that is none
    of the table; beside the reason the text, where it may tell of another type."""
    shown = " ".join(f"WHEN {index} THEN {layout['shown']}" for index, layout in enumerate(job["layouts"]))
    # Of what is no record of the table nobody can tell which of it is protected.
    whole = "CAST(NULL AS STRING)" if job["is_protected"] else "_record"
    typed = {one["name"] for one in job["retyped"]["columns"]} if job["retyped"] else set()
    text_of = lambda name: quoted(f"_t_{name}") if name in typed else "CAST(NULL AS STRING)"  # noqa: E731
    reasons = ", ".join(
        f"struct({literal(column['name'])} AS name, {column['reason']} AS reason, {text_of(column['name'])} AS value)"
        for column in job["columns"]
        if column["from"] == "record" and column["reason"] is not None
    )
    kind = "array<struct<name: string, reason: string, value: string>>"
    own = f"filter(CAST(array({reasons}) AS {kind}), one -> one.reason IS NOT NULL)"
    none = "struct(CAST(NULL AS STRING) AS name, _reason AS reason, CAST(NULL AS STRING) AS value)"
    return [
        f"CASE WHEN NOT _sound THEN CASE WHEN _reason IS NULL THEN CASE _layout {shown} END ELSE {whole} END END AS _raw",
        f"""CASE WHEN NOT _sound THEN CASE WHEN _reason IS NULL THEN {own}
          ELSE CAST(array({none}) AS {kind}) END END AS _failing""",
    ]


def keep_books(job: dict, rows: DataFrame, counts: dict[int, tuple[int, int]]) -> dict[int, dict]:
    """Refuses the files with a larger share of failing rows than the contract allows, and, where it says so, those of
    other types."""
    books = {}
    for load_id, (read, bad) in counts.items():
        error = "share" if bad > Decimal(job["max_bad_share"]) * read else None
        books[load_id] = books_of(error, read, bad)
    for load_id, columns in retyped(job, rows, [one for one, own in books.items() if own["error"] is None]).items():
        own = books[load_id]
        error = "type" if job["retyped"]["refuses"] else None
        books[load_id] = {**books_of(error, own["rows_read"], own["rows_quarantined"]), "retyped": columns}
    return books


def books_of(error: str | None, read: int, bad: int) -> dict:
    status = "loaded" if error is None else "refused"
    return {"status": status, "error": error, "rows_read": read, "rows_quarantined": bad, "retyped": []}


def stage(job: dict, rows: DataFrame, load_id: int, books: dict) -> None:
    """A load's sound rows, in a folder of its own; none where there are none."""
    if books["rows_read"] == books["rows_quarantined"]:
        return
    names = [quoted(column["name"]) for column in job["columns"]]
    sound = rows.where(F.col("_load_id") == load_id).where("_failing IS NULL")
    columns = sound.selectExpr(*names, "_load_id", "_source_file", "_row_number", "_arrived_at")
    columns.write.mode("overwrite").options(**PARQUET).parquet(staged_folder(job, load_id))


def write_quarantine(spark: SparkSession, job: dict, rows: DataFrame, loads: list[int]) -> None:
    """A record for each failing column of a row, or for the row that is none of the table: one object."""
    failing = rows.where(F.col("_load_id").isin(loads)).where("_failing IS NOT NULL")
    records = failing.select("*", F.explode("_failing").alias("_one")).selectExpr(
        f"{literal(job['dataset'])} AS dataset", f"{literal(job['table'])} AS table_name", "_source_file AS source_file",
        "CAST(_row_number AS BIGINT) AS row_number", "_one.name AS column_name", "_one.reason AS reason", "_raw AS raw_row",
        "_load_id AS load_id",
    )  # fmt: skip
    folder = f"{work_folder(job)}quarantine/"
    ordered = records.repartition(1).sortWithinPartitions("load_id", "row_number")
    ordered.write.mode("overwrite").options(**PARQUET).parquet(folder)
    system, path = filesystem(spark, folder)
    written = [one.getPath() for one in system.listStatus(path) if one.getPath().getName().endswith(".parquet")]
    target = filesystem(spark, f"{job['batch']}quarantine.parquet")[1]
    if len(written) != 1 or not system.rename(written[0], target):
        raise RuntimeError(f"{target.toString()} could not be written: run the plan again")


def work_folder(job: dict) -> str:
    return f"{job['batch']}work/"


def staged_folder(job: dict, load_id: int) -> str:
    return f"{job['staged']}{load_id}/"


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
    system, hadoop = filesystem(spark, path)
    return system.makeQualified(hadoop).toUri().toString()


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


def register_hmac(spark: SparkSession, key: bytes | None) -> None:
    """Lower-case hexadecimal HMAC-SHA-256. The key is in the function alone, in no plan that Spark shows or logs."""
    if key is not None:
        spark.udf.register(
            "landfall_hmac_key",
            lambda text: None if text is None else hmac.new(key, text.encode(), hashlib.sha256).hexdigest(),
            "string",
        )


def run_all(spark: SparkSession, plan: dict, key: bytes | None = None) -> dict:
    """Stages the files of every table of a plan; of each it gives what `run` says."""
    # With another key people would have other hashes than the ledger says.
    if plan["key_id"] is not None and (key is None or key_id(key) != plan["key_id"]):
        raise ValueError("the key that columns are protected under is another one than when the plan was made: run again")
    return {"jobs": [run(spark, job, key) for job in plan["jobs"]]}


def key_id(key: bytes) -> str:
    return hmac.new(key, b"landfall-key-id", hashlib.sha256).hexdigest()[:16]


def fetch_key(secret: str) -> bytes:
    """From Secrets Manager, by the job's own role. It goes into no argument, no plan and no log."""
    import boto3

    text = boto3.client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"]
    return re.sub(r"\r?\n\Z", "", text).encode()


def main() -> None:
    """The entry point on Glue: `--plan` is where the plan lies, `--result` where the result goes, `--protect_secret` the
    secret that has the key."""
    from awsglue.utils import getResolvedOptions

    options = getResolvedOptions(sys.argv, ["plan", "result", "protect_secret"])
    spark = SparkSession.builder.appName("landfall-load").config("spark.sql.session.timeZone", "UTC").getOrCreate()
    plan = read_plan(spark, options["plan"])
    key = None if plan["key_id"] is None else fetch_key(options["protect_secret"])
    write_result(spark, options["result"], run_all(spark, plan, key))


if __name__ == "__main__":
    main()
