"""Every contract fits contracts/terms.schema.json; each spoilt one of terms_refused.json is
refused by the schema exactly where the list says that a schema can see it."""
import copy
import glob
import json
import sys

import jsonschema


def patched(document, patches):
    document = copy.deepcopy(document)
    for pointer, value in zip(patches[::2], patches[1::2]):
        *path, last = pointer[1:].split("/")
        at = document
        for token in path:
            at = at[int(token)] if isinstance(at, list) else at[token]
        if value == "DELETE":
            del at[last]
        elif isinstance(at, list):
            at[int(last)] = value
        else:
            at[last] = value
    return document


def main():
    with open("contracts/terms.schema.json", encoding="utf-8") as f:
        schema = json.load(f)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    bad = 0
    for path in sorted(glob.glob("contracts/*/terms*.json")) + ["tests/unit/data/terms_all.json"]:
        with open(path, encoding="utf-8") as f:
            for error in validator.iter_errors(json.load(f)):
                print(f"{path}: {list(error.absolute_path)}: {error.message[:200]}")
                bad += 1
    with open("contracts/jonkoping/terms.json", encoding="utf-8") as f:
        base = json.load(f)
    with open("tests/unit/data/terms_refused.json", encoding="utf-8") as f:
        cases = json.load(f)
    for case in cases:
        if validator.is_valid(patched(base, case["patches"])) == case["schema"]:
            print(f"{case['name']}: the schema should {'refuse' if case['schema'] else 'take'} it")
            bad += 1
    return 1 if bad or not cases else 0


sys.exit(main())
