"""Columns that are of another type in a file, told by the rows that failed."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from words import literal, quoted


def retyped(job: dict, rows: DataFrame, loads: list[int]) -> dict[int, list[dict]]:
    """By load, the columns of which most values are of another type, with all that each failing one can be read as; good
    rows are looked at only where so many fail."""
    rule = job["retyped"]
    if rule is None or not loads:
        return {}
    own = rows.where(F.col("_load_id").isin(loads))
    kinds = {one["name"]: f"one.name = {literal(one['name'])} AND one.reason = {literal(one['reason'])}" for one in rule["columns"]}
    failing = own.where("_failing IS NOT NULL").select("_load_id", F.explode("_failing").alias("one"))
    failing = failing.where(" OR ".join(f"({kind})" for kind in kinds.values()))
    values = failing.select("_load_id", F.col("one.name").alias("name"), F.col("one.value").alias("value"))
    forms = [F.every(F.expr(one["accepts"])).alias(f"_{place}") for place, one in enumerate(rule["readable"])]
    found = [row for row in values.groupBy("_load_id", "name").agg(F.count("*").alias("n"), *forms).collect() if row.n >= rule["least"]]
    if not found:
        return {}
    names = sorted({row.name for row in found})
    # A cast may take a text for a value that the column's checks do not.
    sound = [f"{quoted(name)} IS NOT NULL AND NOT coalesce(exists(_failing, one -> {kinds[name]}), false)" for name in names]
    counts = own.groupBy("_load_id").agg(*[F.expr(f"count_if({one})").alias(f"_{place}") for place, one in enumerate(sound)])
    rest = {row._load_id: dict(zip(names, row[1:], strict=True)) for row in counts.collect()}
    columns: dict[int, list[dict]] = {}
    for row in sorted(found, key=lambda one: one.name):
        others = rest[row._load_id][row.name]
        if row.n > rule["share"] * (row.n + others):
            readable = [one["form"] for place, one in enumerate(rule["readable"]) if row[f"_{place}"]]
            told = {"name": row.name, "failing": row.n, "sound": others, "readable": readable}
            columns.setdefault(row._load_id, []).append(told)
    return columns
