"""Which of the staged rows are the clean table's: the same whatever was processed first, and as often as it is asked.

- merge: of the rows that share a key, the last by (arrival, file, row number) gives the values; the lineage is that of the
  first row of the unbroken run of equal values before it, so that the same row dropped again changes nothing.
- append: rows are one where their identity and their ordinal among equal rows of their file are; the first by (arrival,
  file, row number) stands.
- replace: the rows of the version that arrived last, by the rule of merge.
"""

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

ARRIVAL = "ORDER BY _arrived_at, _source_file, _row_number"


def quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def key_of(job: dict) -> list[str]:
    """By which rows are looked for that may be one; none where every row stands."""
    if job["load"] != "append":
        return job["key"]
    return job["identity"] if job["overlap"] == "ordinal" else []


def settle(spark: SparkSession, job: dict, new: list[int], old: list[int]) -> None:
    """Brings the clean table to what the staged rows make of it.

    :param new: loads whose rows come
    :param old: loads whose rows go
    """
    staged = spark.table(job["tables"]["staged"])
    clean = spark.table(job["tables"]["clean"])
    comes, goes = F.col("_load_id").isin(new), F.col("_load_id").isin(old)
    here = clean.where(comes | goes)
    if job["load"] == "replace":
        here, last = clean, last_version(staged.where(~goes), job, new)
        wanted = winners(spark, last, job) if key_of(job) else last
    elif not key_of(job):
        wanted = staged.where(comes)
    else:
        touched = touched_keys(staged, job, comes, goes)
        wanted = wanted_rows(spark, staged.where(~goes), job, comes, touched)
        here = here.unionByName(same_key(clean.where(~(comes | goes)), touched, job, "left_semi"))
    if is_empty(clean):
        wanted.drop("_arrived_at").writeTo(job["tables"]["clean"]).append()
    else:
        exchange(spark, job, here, wanted)


def touched_keys(staged: DataFrame, job: dict, comes: Column, goes: Column) -> DataFrame:
    """The keys that more than one row may have, or that lose one."""
    key = key_of(job)
    fresh, old = staged.where(comes).select(*key, "_load_id"), staged.where(~comes)
    repeated = fresh.groupBy(*key).agg(F.count("*").alias("_rows"), F.min("_load_id").alias("_a"), F.max("_load_id").alias("_b"))
    # Within one file equal events are as many as they are.
    repeated = repeated.where("_a < _b" if job["load"] == "append" else "_rows > 1").select(*key)
    met = same_key(old.select(*key), fresh, job, "left_semi")
    lost = old.where(goes).select(*key)
    return repeated.unionByName(met).unionByName(lost).distinct()


def wanted_rows(spark: SparkSession, staged: DataFrame, job: dict, comes: Column, touched: DataFrame) -> DataFrame:
    """The rows that stand, of the touched keys and of the new files."""
    fresh = staged.where(comes)
    if is_empty(touched):
        return fresh
    alone = same_key(fresh, touched, job, "left_anti")
    return alone.unionByName(winners(spark, same_key(staged, touched, job, "left_semi"), job))


def winners(spark: SparkSession, staged: DataFrame, job: dict) -> DataFrame:
    columns = ", ".join(quoted(name) for name in staged.columns)
    key = ", ".join(quoted(name) for name in key_of(job))
    if job["load"] == "append":
        return spark.sql(
            f"""WITH counted AS (
              SELECT *, row_number() OVER (PARTITION BY _load_id, {key} ORDER BY _row_number) AS _ordinal FROM {{staged}}
            ), placed AS (
              SELECT *, row_number() OVER (PARTITION BY {key}, _ordinal {ARRIVAL}) AS _place FROM counted
            ) SELECT {columns} FROM placed WHERE _place = 1""",
            staged=staged,
        )
    others = [quoted(column["name"]) for column in job["columns"] if column["name"] not in job["key"]]
    value = f"struct({', '.join(others)})" if others else "true"
    order = f"PARTITION BY {key} {ARRIVAL}"
    return spark.sql(
        f"""WITH compared AS (
          SELECT *, row_number() OVER ({order}) = 1 OR NOT lag({value}) OVER ({order}) <=> {value} AS _starts FROM {{staged}}
        ), runs AS (
          SELECT *, sum(CAST(_starts AS INT)) OVER ({order} ROWS UNBOUNDED PRECEDING) AS _run FROM compared
        ), last AS (
          SELECT *, max(_run) OVER (PARTITION BY {key}) AS _last FROM runs
        ) SELECT {columns} FROM last WHERE _starts AND _run = _last""",
        staged=staged,
    )


def last_version(staged: DataFrame, job: dict, new: list[int]) -> DataFrame:
    """A version without a sound row is a version, too."""
    versions = job["current"] + [file for file in job["files"] if file["load_id"] in new]
    last = max(versions, key=lambda one: (one["arrived_at"], one["source_file"], one["load_id"]))
    return staged.where(F.col("_load_id") == last["load_id"])


def exchange(spark: SparkSession, job: dict, here: DataFrame, wanted: DataFrame) -> None:
    """A row is known by its load and its number: those that stand already are not written again."""
    place = ["_load_id", "_row_number"]
    wanted = wanted.drop("_arrived_at")
    leaving = here.join(wanted.select(*place), place, "left_anti").withColumn("_leaves", F.lit(True))
    entering = wanted.join(here.select(*place), place, "left_anti").withColumn("_leaves", F.lit(False))
    changes = leaving.unionByName(entering).persist()
    try:
        if is_empty(changes):
            return
        names = [quoted(name) for name in wanted.columns]
        spark.sql(
            f"""MERGE INTO {job["tables"]["clean"]} AS clean USING {{changes}} AS changes
            ON clean._load_id = changes._load_id AND clean._row_number = changes._row_number
            WHEN MATCHED AND changes._leaves THEN DELETE
            WHEN NOT MATCHED AND NOT changes._leaves THEN
              INSERT ({", ".join(names)}) VALUES ({", ".join(f"changes.{name}" for name in names)})""",
            changes=changes,
        )
    finally:
        changes.unpersist()


def same_key(rows: DataFrame, others: DataFrame, job: dict, how: str) -> DataFrame:
    """Null equals null."""
    named = others.select(*[F.col(quoted(name)).alias(f"_other_{index}") for index, name in enumerate(key_of(job))])
    match: Column = F.lit(True)
    for index, name in enumerate(key_of(job)):
        match = match & rows[quoted(name)].eqNullSafe(F.col(f"_other_{index}"))
    return rows.join(named, match, how)


def is_empty(rows: DataFrame) -> bool:
    return len(rows.limit(1).take(1)) == 0
