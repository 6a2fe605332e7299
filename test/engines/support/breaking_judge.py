"""What datacontract-cli's `breaking` makes of changes of contracts.

Reads one JSON object a line, {"was": …, "now": …}, the texts of two contracts, and writes one a line, in the same order:
{"consumer": […], "producer": […]}, what breaks for whom, by its path.
"""

import json
import sys
from functools import cache

from datacontract.data_contract import DataContract
from datacontract.model.breaking import BreakingChangeLevel


@cache
def contract(text):
    read = DataContract(data_contract_str=text)
    # Reading it anew for each question takes most of a second.
    parsed = read.get_data_contract()
    read.get_data_contract = lambda: parsed
    return read


def breaks(was, now, perspective):
    entries = contract(was).breaking(contract(now), perspective=perspective).entries
    return [entry.path for entry in entries if entry.level == BreakingChangeLevel.ERROR]


for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps({whom: breaks(asked["was"], asked["now"], whom) for whom in ("consumer", "producer")}), flush=True)
