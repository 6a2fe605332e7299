"""A Spark session that does what it is told, a line of JSON each on standard input, until that ends.

{"load": PLAN, "key": TEXT?} gives the result; {"export": SQL, "to": FOLDER} writes Parquet; {"sql": SQL} gives rows as
text. Each is answered by a line of JSON: {"ok": …} or {"error": …}.
"""

import json
import os
import sys
import traceback

from pyspark.sql import SparkSession

sys.path.insert(0, os.environ["LANDFALL_GLUE_SCRIPTS"])
sys.dont_write_bytecode = True
import load  # noqa: E402


def answer(spark: SparkSession, request: dict) -> object:
    if "load" in request:
        key = request.get("key")
        return load.run_all(spark, load.read_plan(spark, request["load"]), None if key is None else key.encode())
    if "export" in request:
        spark.sql(request["export"]).coalesce(1).write.mode("overwrite").parquet(request["to"])
        return None
    return [[None if value is None else str(value) for value in row] for row in spark.sql(request["sql"]).collect()]


def main() -> None:
    builder = SparkSession.builder.appName("landfall-engine-tests")
    for name, value in json.loads(os.environ["LANDFALL_SPARK_SETTINGS"]).items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    print(json.dumps({"ok": spark.version}), flush=True)
    for line in sys.stdin:
        try:
            result = {"ok": answer(spark, json.loads(line))}
        except Exception:
            result = {"error": traceback.format_exc()}
        print(json.dumps(result), flush=True)
    spark.stop()


if __name__ == "__main__":
    main()
