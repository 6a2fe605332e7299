"""Answers each line of SQL with one line: the first value of its first row."""

import os
import sys

import sqlalchemy

user, password = os.environ["PGUSER"], os.environ["PGPASSWORD"]
engine = sqlalchemy.create_engine(sqlalchemy.make_url(sys.argv[1]).set(username=user, password=password))
for sql in sys.stdin:
    try:
        with engine.connect() as connection:
            answer = connection.execute(sqlalchemy.text(sql)).scalar()
    except sqlalchemy.exc.SQLAlchemyError as error:
        answer = "ERROR: " + str(error).replace("\n", " ")
    print(answer, flush=True)
