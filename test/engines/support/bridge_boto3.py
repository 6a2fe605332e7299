"""What boto3 makes of the bridge: a line of JSON. The clients know nothing but the environment."""

import json
import time

import boto3

s3 = boto3.client("s3")
s3.put_object(Bucket="lake", Key="boto3/größe.txt", Body=b"x" * 2_000_000)
size = s3.head_object(Bucket="lake", Key="boto3/größe.txt")["ContentLength"]

athena = boto3.client("athena")
query = athena.start_query_execution(
    QueryString="SELECT 9007199254740993 AS n, 'é' AS t", ResultConfiguration={"OutputLocation": "s3://lake/boto3/"}
)["QueryExecutionId"]
while athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]["State"] in ("QUEUED", "RUNNING"):
    time.sleep(0.1)
rows = athena.get_query_results(QueryExecutionId=query)["ResultSet"]["Rows"]

redshift = boto3.client("redshift-data")
statement = redshift.execute_statement(
    WorkgroupName="landfall", Database="landfall", Sql="SELECT CAST(9223372036854775807 AS bigint) AS n, 0.5 AS d"
)["Id"]
while redshift.describe_statement(Id=statement)["Status"] not in ("FINISHED", "FAILED", "ABORTED"):
    time.sleep(0.1)
records = redshift.get_statement_result(Id=statement)["Records"]

try:
    athena.get_query_execution(QueryExecutionId="none")
except athena.exceptions.InvalidRequestException as error:
    code = error.response["AthenaErrorCode"]

print(json.dumps({"size": size, "rows": rows, "records": records, "code": code}))
