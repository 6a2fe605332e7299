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


def settle(spark: SparkSession, job: dict, new: list[int], known: list[int]) -> None:
    """Brings the clean table to what the staged rows make of it.

    :param new: loads whose rows come
    :param known: the loads that count, those among them; rows of any other go
    """
    staged = spark.table(job["tables"]["staged"]).where("_failing IS NULL").drop("_raw", "_failing")
    clean = spark.table(job["tables"]["clean"])
    # Where nothing is left, a contract of other columns made it anew, and perhaps was killed then.
    comes, goes = F.col("_load_id").isin(known if is_empty(clean) else new), ~F.col("_load_id").isin(known)
    if job["load"] == "replace":
        last = last_version(staged, job, known)
        put(spark, job, clean, winners(spark, last, job) if key_of(job) else last)
        return
    here = clean.where(comes | goes)
    if not key_of(job):
        put(spark, job, here, staged.where(comes))
    else:
        touched = touched_keys(staged, clean, job, comes, goes).persist()
        try:
            wanted = wanted_rows(spark, staged.where(F.col("_load_id").isin(known)), job, comes, touched)
            put(spark, job, here.unionByName(same_key(clean.where(~(comes | goes)), touched, job, "left_semi")), wanted)
        finally:
            touched.unpersist()


def touched_keys(staged: DataFrame, clean: DataFrame, job: dict, comes: Column, goes: Column) -> DataFrame:
    """The keys that more than one row may have, or that lose one."""
    key = key_of(job)
    fresh, old = staged.where(comes).select(*key, "_load_id"), staged.where(~comes)
    repeated = fresh.groupBy(*key).agg(F.count("*").alias("_rows"), F.min("_load_id").alias("_a"), F.max("_load_id").alias("_b"))
    # Within one file equal events are as many as they are.
    repeated = repeated.where("_a < _b" if job["load"] == "append" else "_rows > 1").select(*key)
    met = same_key(old.select(*key), fresh, job, "left_semi")
    lost = old.where(goes).select(*key).unionByName(clean.where(goes).select(*key))
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


def last_version(staged: DataFrame, job: dict, known: list[int]) -> DataFrame:
    """A version without a sound row is a version, too."""
    versions = [version for version in job["current"] + job["files"] if version["load_id"] in known]
    last = max(versions, key=lambda one: (one["arrived_at"], one["source_file"], one["load_id"]))
    return staged.where(F.col("_load_id") == last["load_id"])


def put(spark: SparkSession, job: dict, here: DataFrame, wanted: DataFrame) -> None:
    """Puts the wanted rows in the place of those that are here, in one commit. A row is known by its load and its number:
    one that is wanted and here already is no change."""
    place = ["_load_id", "_row_number"]
    wanted = wanted.drop("_arrived_at")
    if is_empty(here):
        wanted.writeTo(job["tables"]["clean"]).append()
        return
    leaving = here.join(wanted.select(*place), place, "left_anti").withColumn("_leaves", F.lit(True))
    entering = wanted.join(here.select(*place), place, "left_anti").withColumn("_leaves", F.lit(False))
    changes = leaving.unionByName(entering).persist()
    try:
        if is_empty(changes.where("_leaves")):
            changes.where("NOT _leaves").drop("_leaves").writeTo(job["tables"]["clean"]).append()
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
