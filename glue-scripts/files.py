"""Files as Hadoop names them: plans, results, and folders that go."""

import json

from pyspark.sql import SparkSession


def filesystem(spark: SparkSession, path: str) -> tuple:
    """Hadoop's file system of a path, and the path as that names it."""
    hadoop = spark.sparkContext._jvm.org.apache.hadoop.fs.Path(path)
    return hadoop.getFileSystem(spark.sparkContext._jsc.hadoopConfiguration()), hadoop


def remove(spark: SparkSession, *folders: str) -> None:
    for folder in folders:
        system, path = filesystem(spark, folder)
        system.delete(path, True)


def read_plan(spark: SparkSession, path: str) -> dict:
    return json.loads("\n".join(row.value for row in spark.read.text(path).collect()))


def write_result(spark: SparkSession, path: str, result: dict) -> None:
    """The object is there once it is whole."""
    system, target = filesystem(spark, path)
    out = system.create(target, True)
    try:
        out.write(bytearray(json.dumps(result).encode()))
    finally:
        out.close()
