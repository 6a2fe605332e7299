"""What sqlglot, which parses many dialects, makes of statements.

Reads one JSON object a line, {"sql": …, "dialect": …}, and writes one a line, in the same order: {"kind": …, "columns":
[…], "says": …}. The kind is null where the statement does not parse, or where it was only kept as words: sqlglot falls
back to that for what it does not know. Columns are those of a SELECT, null where it can't name them all.
"""

import json
import logging
import sys

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

# Says on standard error what `kind` says.
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)


def judge(sql, dialect):
    try:
        statements = sqlglot.parse(sql, read=dialect, error_level=sqlglot.ErrorLevel.RAISE)
    except SqlglotError as error:
        return {"kind": None, "columns": None, "says": str(error)}
    if len(statements) != 1 or statements[0] is None:
        return {"kind": None, "columns": None, "says": f"{len(statements)} statements"}
    [statement] = statements
    if statement.find(exp.Command):
        return {"kind": None, "columns": None, "says": f"not understood: {statement.sql(dialect)[:200]}"}
    columns = statement.named_selects if isinstance(statement, exp.Query) else []
    named = bool(columns) and all(name not in ("", "*") for name in columns)
    return {"kind": type(statement).__name__, "columns": columns if named else None, "says": ""}


for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps(judge(asked["sql"], asked["dialect"])), flush=True)
