"""
moto's server, with what it lacks: the part of Glue that Trino needs, which is column statistics, of which there are none,
conditional writes that hold where several come at once, Glue's by a table's version among them, and listings without
folders of which everything was deleted.
"""

import json
import threading

from moto.dynamodb.responses import DynamoHandler
from moto.glue.exceptions import GlueClientError
from moto.glue.responses import GlueResponse
from moto.s3.models import FakeDeleteMarker, S3Backend
from moto.s3.responses import S3Response
from moto.server import main


def answering(body):
    text = json.dumps(body)
    return lambda self: text


ANSWERS = {
    "get": {"ColumnStatisticsList": [], "Errors": []},
    "update": {"Errors": []},
    "delete": {},
}

for verb, answer in ANSWERS.items():
    for owner in ("table", "partition"):
        name = f"{verb}_column_statistics_for_{owner}"
        # Once moto has a method of its own, that one is the better.
        if not hasattr(GlueResponse, name):
            setattr(GlueResponse, name, answering(answer))


update_table = GlueResponse.update_table


def update_this_version(self):
    """Of two commits of an Iceberg table that saw the same version, the second is refused."""
    expected = self.parameters.get("VersionId")
    if expected is not None:
        database, name = self.parameters.get("DatabaseName"), self.parameters.get("TableInput").get("Name")
        found = self.glue_backend.get_table(database, name).as_dict()["VersionId"]
        if found != expected:
            message = f"Update table failed due to concurrent modifications: version {found}, expected {expected}"
            raise GlueClientError("ConcurrentModificationException", message)
    return update_table(self)


GlueResponse.update_table = update_this_version


class Undeleted:
    """A bucket as a listing sees it: moto gives folders of a bucket with versions where there are only delete markers."""

    def __init__(self, bucket):
        self.keys = {name: key for name, key in bucket.keys.items() if not isinstance(key, FakeDeleteMarker)}


list_objects = S3Backend.list_objects
S3Backend.list_objects = lambda self, bucket, *args, **kwargs: list_objects(self, Undeleted(bucket), *args, **kwargs)


def one_at_a_time(owner, name):
    """AWS looks and writes in one step; two of moto's threads would look both before either writes."""
    method = getattr(owner, name)
    lock = threading.Lock()

    def alone(self, *args, **kwargs):
        with lock:
            return method(self, *args, **kwargs)

    setattr(owner, name, alone)


one_at_a_time(DynamoHandler, "call_action")
one_at_a_time(S3Response, "put_object")
one_at_a_time(GlueResponse, "update_table")

main()
