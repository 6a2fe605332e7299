"""What CloudFormation's own handlers ask of whoever deploys, of the schemas that cfn-lint has.

usage: handler_permissions.py TYPE... > infra/tools/handler-permissions.json
"""

import json
import pathlib
import sys

import cfnlint

data = pathlib.Path(cfnlint.__file__).parent / "data"
schemas = {}
for path in sorted((data / "schemas" / "resources").glob("*.json")):
    schema = json.loads(path.read_text())
    # Regions may have schemas of their own of the same type; whichever tells of its handlers serves.
    if "handlers" in schema:
        schemas.setdefault(schema["typeName"], []).append(schema["handlers"])

# What lists resources is for the console: a deployment names those that it means.
types = {
    name: sorted(
        {
            permission
            for handlers in schemas.get(name, [])
            for verb, handler in handlers.items()
            if verb != "list"
            for permission in handler.get("permissions", [])
        }
    )
    for name in sorted(sys.argv[1:])
}
services = json.loads((data / "AdditionalSpecs" / "Policies.json").read_text())


def known(action):
    service, name = action.split(":", 1)
    return services.get(service, {}).get("Actions", {}).get(name.lower())


actions = sorted({action for found in types.values() for action in found})
print(
    json.dumps(
        {
            "types": types,
            "unknown": [action for action in actions if known(action) is None],
            "withoutResources": [action for action in actions if known(action) is not None and not known(action).get("Resources")],
        },
        indent=2,
    )
)
