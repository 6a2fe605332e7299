"""Lines of JSON as records: which are, and which fields they have.

The rules are those of `core/plans/json-records.ts`, which says them in DuckDB's words: an object of RFC 8259 and nothing
laxer, of a number what stands in the file. Spark's own parser takes quotes of any kind, control characters and text behind
the object, keeps no number as it stood, and says nothing of a name that is given twice.
"""

import json
import re
from collections.abc import Callable

DEEPEST = 64

NO_OBJECT = "not a JSON object"
TOO_DEEP = f"not a JSON object, or one nested more than {DEEPEST} levels deep"

# What begins with it is no value; the plan's expressions say why.
ZERO = "\0"

STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
NO_BRACKETS = re.compile(r"[^\[\]{}]+")
ROUND = str.maketrans("[]{}", "()()")
PAIR = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
HALF = re.compile(r"\\u[dD][89a-fA-F]")

Read = tuple[str | None, list[str | None] | None]


def reader(paths: list[list[str]]) -> Callable[[str], Read]:
    """What reads a line: why it is no record, or its fields by their paths."""

    # Made where it runs, for it does not travel.
    decoders: list[json.JSONDecoder] = []

    def read(line: str) -> Read:
        if is_too_deep(line):
            return TOO_DEEP, None
        if not decoders:
            decoders.append(decoder())
        try:
            record = decoders[0].decode(line)
        # Of brackets that don't pair there may be more than the parser stands.
        except (ValueError, RecursionError):
            return NO_OBJECT, None
        if not isinstance(record, tuple) or has_half(line):
            return NO_OBJECT, None
        return None, [field(record, path) for path in paths]

    return read


def no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def decoder() -> json.JSONDecoder:
    """Lists become lists, objects tuples of pairs, for a name may be there twice; all else text, but for true and false."""
    return json.JSONDecoder(object_pairs_hook=tuple, parse_int=str, parse_float=str, parse_constant=no_constant)


def is_too_deep(line: str) -> bool:
    if line.count("[") + line.count("{") <= DEEPEST:
        return False
    brackets = NO_BRACKETS.sub("", STRING.sub("", line)).translate(ROUND)
    for _ in range(DEEPEST):
        brackets = brackets.replace("()", "")
    return brackets != ""


def has_half(line: str) -> bool:
    """Half of a surrogate pair is a character in no text."""
    if not HALF.search(line):
        return False
    escapes = line.replace("\\\\", " ")
    return HALF.search(PAIR.sub("", escapes)) is not None


def field(value: object, path: list[str]) -> str | None:
    for name in path:
        if value is None:
            return None
        if not isinstance(value, tuple):
            return ZERO + "."
        found = [own for key, own in value if key == name]
        if len(found) > 1:
            return ZERO + "2"
        value = found[0] if found else None
    if isinstance(value, tuple):
        return ZERO + "{"
    if isinstance(value, list):
        return f"{ZERO}[{len(value)}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or isinstance(value, str) and ZERO not in value:
        return value
    return ZERO + "0"
