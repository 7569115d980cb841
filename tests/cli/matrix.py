#!/usr/bin/env python3
"""Holds the matrix of contracts/README.md, section 17, against the contracts it names.

An example is `FOLDER [FILE] POINTER`, a place in the folder's terms.json (or FILE), or a file of
tests, as `tests/…`. Every part that the row names in backticks must be used by the examples:
as a member, a word, the operator or reference it is (NAME stands for any), or an event's type.
One line a row: "pass ROW" or "fail ROW: why".
"""
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROWS = {"A": 9, "B": 21, "C": 20, "D": 7, "E": 10, "F": 6, "G": 9, "H": 6}


def rows(text):
    for line in text.splitlines():
        found = re.match(r"\| ([A-H]\d+) \| (.*) \| (.*) \|(.*)\|$", line)
        if found:
            name, _, said, examples = found.groups()
            yield name, re.findall(r"`([^`]*)`", said), re.findall(r"`([^`]*)`", examples)


def words(value):
    """Every member name and string of a document."""
    if isinstance(value, dict):
        for k, v in value.items():
            yield k
            yield from words(v)
    elif isinstance(value, list):
        for v in value:
            yield from words(v)
    elif isinstance(value, str):
        yield value


def at(document, pointer):
    for token in pointer.split("/")[1:]:
        document = document[int(token)] if isinstance(document, list) else document[token]
    return document


def used(example, where):
    """The words of the terms and events of an example; KeyError, IndexError: no such place."""
    *names, pointer = example.split(" ")
    folder = where / names[0]
    terms = json.loads((folder / (names[1] if len(names) > 1 else "terms.json")).read_text())
    at(terms, pointer)
    found = set(words({k: v for k, v in terms.items() if k != "notes"}))
    if (folder / "events.jsonl").exists():
        for line in (folder / "events.jsonl").read_text().splitlines():
            found |= set(words(json.loads(line)))
    return found


def holds(part, found):
    pattern = re.compile(re.escape(part).replace("NAME", "[a-z0-9_]+"))
    if any(pattern.fullmatch(word) for word in found):
        return True
    members = part.split(".")       # times.max: a member of a member
    return len(members) > 1 and all(word in found for word in members)


def wrong(parts, examples, where):
    if not examples:
        return "no example"
    found, tests = set(), False
    for example in examples:
        if example.startswith("tests/"):
            tests = True
            if not (ROOT / example).is_file():
                return "no file " + example
            continue
        try:
            found |= used(example, where)
        except (OSError, KeyError, IndexError, ValueError) as error:
            return "%s: %s %s" % (example, type(error).__name__, error)
    missing = [p for p in parts if not holds(p, found)]
    if missing and not tests:
        return "%s: not used: %s" % (", ".join(examples), " ".join(missing))
    return None


def main():
    where = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "contracts"
    text = (where / "README.md").read_text()
    seen = []
    for name, parts, examples in rows(text):
        seen.append(name)
        why = wrong(parts, examples, where)
        print("fail %s: %s" % (name, why) if why else "pass " + name)
    want = ["%s%d" % (letter, i) for letter, n in ROWS.items() for i in range(1, n + 1)]
    print("pass all rows" if seen == want else "fail all rows: %d of 88, in order" % len(seen))


if __name__ == "__main__":
    main()
